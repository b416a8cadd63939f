// Fetches extensions of DuckDB into a folder, laid out as COLD_READER=extension wants it. Nothing is fetched at run time, and DuckDB checks
// their signatures when it loads them.
//   node deploy/duckdb-extensions.mjs FOLDER PLATFORM NAME...      PLATFORM: linux_amd64 or linux_arm64
// DUCKDB_EXTENSION_REPOSITORY names a mirror.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [folder, platform, ...names] = process.argv.slice(2);
const repository = process.env.DUCKDB_EXTENSION_REPOSITORY ?? 'https://extensions.duckdb.org';
const bindings = JSON.parse(await readFile(new URL('../src/FederatedQuery.DuckDb/npm/package.json', import.meta.url), 'utf8'));
const version = 'v' + bindings.optionalDependencies['@duckdb/node-bindings-linux-x64'].replace(/-.*/, '');
if (!/^linux_(amd64|arm64)$/.test(platform ?? '')) throw new Error(`The platform is '${platform}'; it must be linux_amd64 or linux_arm64.`);

const target = join(folder, version, platform);
await mkdir(target, { recursive: true });
for (const name of names) {
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error(`'${name}' is no name of an extension; expected one such as iceberg.`);
  const address = `${repository}/${version}/${platform}/${name}.duckdb_extension.gz`;
  const response = await fetch(address, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`${address} answers ${response.status}.`);
  await writeFile(join(target, `${name}.duckdb_extension`), gunzipSync(Buffer.from(await response.arrayBuffer())));
  console.log(`${version}/${platform}/${name}.duckdb_extension`);
}
