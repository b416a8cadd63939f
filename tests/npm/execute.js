// In: {"sdl", "cases": [{"source", "variables", "operationName", "seed", "isAsync"}]}. Out: [response] by graphql-js. The data is worked out of
// the seed and each field's path, just as ExecutionWorld.cs does it.
import { readFileSync } from 'node:fs';
import {
  buildSchema, getNamedType, graphql, isAbstractType, isEnumType, isLeafType, isListType, isNonNullType, isObjectType,
} from 'graphql';

const { sdl, cases } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildSchema(sdl);
const texts = ['plain', 'é "quoted"\n\t', '𝄞 clef', '', '\u2028</script>\u007f'];

function hash(text, seed = 2166136261) {
  let h = seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  return (h ^ (h >>> 13)) >>> 0;
}

const pathText = (path) => (path === undefined ? '' : `${pathText(path.prev)}/${path.key}`);

function makeValue(type, h) {
  if (isNonNullType(type)) return makeValue(type.ofType, h);
  if (isListType(type)) {
    return Array.from({ length: h % 4 }, (_, i) => {
      const own = hash(String(i), h);
      return own % 16 === 0 ? null : makeValue(type.ofType, own);
    });
  }
  if (isEnumType(type)) return type.getValues()[h % type.getValues().length].value;
  if (isLeafType(type)) {
    switch (type.name) {
      case 'Int': return (h % 4001) - 2000;
      case 'Float': return ((h % 4001) - 2000) / 8;
      case 'Boolean': return h % 2 === 0;
      case 'ID': return h % 2 === 0 ? `id${h % 1000}` : h % 1000;
      case 'String': return texts[h % texts.length] + (h % 100);
      default: return { a: [1, 'x', null], h: h % 10 };
    }
  }
  return { __typename: isAbstractType(type) ? pickType(type, h) : type.name, h };
}

function pickType(type, h) {
  const names = schema.getPossibleTypes(type).map((possible) => possible.name).sort();
  return names[h % names.length];
}

function makeWrong(type) {
  if (isNonNullType(type)) return makeWrong(type.ofType);
  if (isListType(type)) return 7;
  if (isEnumType(type)) return 'NOPE';
  if (isLeafType(type)) return { Int: 'abc', Float: 'abc', Boolean: 'yes', ID: true, String: {} }[type.name] ?? null;
  return isAbstractType(type) ? { __typename: 'Query', h: 1 } : { __typename: type.name, h: 1 };
}

function decide(context, info, h) {
  if (context.seed % 4 !== 0) {
    const fate = h % 40;
    if (fate === 0) throw new Error(`failed at ${pathText(info.path)}`);
    if (fate === 1) return null;
    if (fate === 2) return makeWrong(info.returnType);
  }
  return makeValue(info.returnType, hash('value', h));
}

function resolve(source, args, context, info) {
  const h = hash(pathText(info.path), hash(String(context.seed)));
  const ticks = context.isAsync && info.parentType.name !== 'Counter' ? (h >>> 8) % 4 : 0;
  const answer = () => {
    if (getNamedType(info.returnType).name === 'Any' && info.fieldName.startsWith('echo')) return args;
    if (info.fieldName === 'count') return ++context.counter;
    return decide(context, info, h);
  };
  if (ticks === 0) return answer();
  return (async () => {
    for (let i = 0; i < ticks; i++) await null;
    return answer();
  })();
}

// Fields that are read from the parent, without a resolver of their own in C#.
const readers = {
  plainInt: ({ h }) => (h % 7 === 0 ? null : h % 100),
  plainText: ({ h }) => (h % 11 === 0 ? null : texts[h % texts.length]),
  plainStrict: ({ h }) => (h % 13 === 0 ? null : h % 50),
  plainFailing: ({ h }) => {
    if (h % 5 === 0) throw new Error(`failed for ${h}`);
    return (h % 64) / 4;
  },
};

for (const type of Object.values(schema.getTypeMap())) {
  if (isObjectType(type) && !type.name.startsWith('__')) {
    for (const field of Object.values(type.getFields())) field.resolve = readers[field.name] ?? resolve;
  }
}

const results = [];
for (const { source, variables, operationName, seed, isAsync } of cases) {
  const contextValue = { seed, isAsync, counter: 0 };
  results.push(await graphql({ schema, source, contextValue, variableValues: variables, operationName }));
}
process.stdout.write(JSON.stringify(results));
