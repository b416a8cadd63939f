// Parses and validates what is posted, over and over, with the graphql-js that the first argument names: how many seconds one time takes.
// Prints its address; ends when standard input does.
import { createServer } from 'node:http';

const { buildSchema, parse, validate } = await import(process.argv[2]);
const schemas = new Map();

const measure = ({ schema: sdl, document, seconds }) => {
  if (!schemas.has(sdl)) schemas.set(sdl, buildSchema(sdl));
  const schema = schemas.get(sdl);
  const errors = validate(schema, parse(document)).map((error) => error.message);
  const started = process.hrtime.bigint();
  const end = started + BigInt(Math.round(seconds * 1e9));
  let times = 0;
  while (process.hrtime.bigint() < end) {
    validate(schema, parse(document));
    times++;
  }
  return { errors, seconds: Number(process.hrtime.bigint() - started) / 1e9 / times };
};

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk) => { body += chunk; }).on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(measure(JSON.parse(body))));
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => { server.close(); server.closeAllConnections(); });
