// Reads a table with icebird, which knows only HTTP: what it asks of https://<bucket>.s3.amazonaws.com/ is answered from files.
// Arguments: the bucket's folder, the key of the metadata file. Out: the rows, with 64-bit integers and dates as text.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { icebergRead } from 'icebird';

const [folder, metadataKey] = process.argv.slice(2);

globalThis.fetch = async (url, init) => {
  const path = join(folder, decodeURIComponent(new URL(url).pathname));
  const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init?.headers).get('range') ?? '');
  if (!range) return new Response(readFileSync(path));
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const start = Number(range[1]);
    const end = range[2] === '' ? size : Math.min(Number(range[2]) + 1, size);
    const bytes = new Uint8Array(end - start);
    readSync(file, bytes, 0, bytes.length, start);
    return new Response(bytes, { status: 206, headers: { 'content-length': String(bytes.length) } });
  } finally {
    closeSync(file);
  }
};

const metadata = JSON.parse(readFileSync(join(folder, metadataKey), 'utf8'));
const rows = await icebergRead({ tableUrl: metadata.location, metadata });
process.stdout.write(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? value.toString() : value)));
