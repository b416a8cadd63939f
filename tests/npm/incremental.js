// In: {"sdl", "documents": [{"document", "variables"}]}. Out: the payloads of each by graphql-js, [[payload]], over the schema that
// HeroSchema.cs makes. Errors without their extensions.
import { readFileSync } from 'node:fs';
import { buildSchema, experimentalExecuteIncrementally, parse, validate } from 'graphql';

const { sdl, documents } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildSchema(sdl);
const friends = ({ id }) => [1, 2, 3].map((n) => ({ id: id * 10 + n }));
const later = () => new Promise((resolve) => setImmediate(resolve));
const fail = (message) => { throw new Error(message); };
async function* asyncItems(items, error) {
  for (const item of items) {
    await later();
    yield item;
  }
  if (error) throw new Error(error);
}

const resolvers = {
  id: ({ id }) => String(id),
  name: ({ id }) => `hero ${id}`,
  slowName: ({ id }) => later().then(() => `slow hero ${id}`),
  fail: () => fail('failed'),
  slowFail: () => later().then(() => fail('failed slowly')),
  strictFail: () => fail('failed strictly'),
  slowStrictFail: () => later().then(() => fail('failed strictly and slowly')),
  self: (self) => self,
  strictSelf: (self) => self,
  slowSelf: (self) => later().then(() => self),
  slowStrictSelf: (self) => later().then(() => self),
  noSelf: () => null,
  friends,
  strictFriends: friends,
  slowFriends: (self) => later().then(() => friends(self)),
  asyncFriends: (self) => asyncItems(friends(self)),
  asyncStrictFriends: (self) => asyncItems(friends(self)),
  brokenFriends: (self) => asyncItems(friends(self).slice(0, 2), 'broken'),
  named: friends,
  numbers: () => [1, 2, 3, 4],
  ticks: () => asyncItems([1, 2, 3, 4]),
  matrix: () => [[1, 2], [3], []],
  holes: () => ['a', null, 'c'],
  looseHoles: () => ['a', null, 'c'],
  asyncHoles: () => asyncItems(['a', null, 'c']),
  noList: () => 5,
  empty: () => [],
};
for (const name of ['Query', 'Hero', 'Droid']) {
  for (const field of Object.values(schema.getType(name).getFields())) {
    const resolve = resolvers[field.name];
    field.resolve = (source) => resolve(source?.id === undefined ? { id: 1 } : source);
  }
}
schema.getMutationType().getFields().make.resolve = () => ({ id: 1 });
schema.getType('Being').resolveType = ({ id }) => (id % 2 === 0 ? 'Droid' : 'Hero');

// graphql-js leaves promises behind when a null above them ends their part; their rejections are in the payloads already.
process.on('unhandledRejection', () => {});

const results = [];
for (const { document, variables } of documents) {
  const parsed = parse(document);
  const invalid = validate(schema, parsed);
  if (invalid.length > 0) throw new Error(`${document}: ${invalid.map((error) => error.message).join(' ')}`);
  const result = await experimentalExecuteIncrementally({ schema, document: parsed, variableValues: variables ?? {} });
  if ('initialResult' in result) {
    const payloads = [result.initialResult];
    for await (const payload of result.subsequentResults) payloads.push(payload);
    results.push(payloads);
  } else {
    results.push([result]);
  }
}
process.stdout.write(JSON.stringify(results));
