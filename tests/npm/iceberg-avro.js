// Reads Avro files with avsc. Arguments: their paths. Out: for each its key-values, its schema and its records, with 64-bit integers as text and
// bytes in base64.
import avro from 'avsc';

const long = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value) => typeof value === 'bigint',
  compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0),
});

const read = (path) =>
  new Promise((resolve, reject) => {
    const file = { records: [] };
    avro
      .createFileDecoder(path, { parseHook: (schema) => avro.Type.forSchema(schema, { registry: { long } }) })
      .on('metadata', (type, codec, header) => {
        file.meta = Object.fromEntries(Object.entries(header.meta).map(([key, value]) => [key, value.toString('utf8')]));
        file.schema = JSON.parse(file.meta['avro.schema']);
      })
      .on('data', (record) => file.records.push(record))
      .on('error', reject)
      .on('end', () => resolve(file));
  });

const text = (key, value) => {
  if (typeof value === 'bigint') return value.toString();
  if (value?.type === 'Buffer') return Buffer.from(value.data).toString('base64');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
};
process.stdout.write(JSON.stringify(await Promise.all(process.argv.slice(2).map(read)), text));
