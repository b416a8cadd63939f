// Makes X.generated.ts of each src/**/X.graphql: the types of its operations and their parsed documents.
// The schema is the gateway's checked-in contract, which the gateway's own tests hold it to, and what extensions.graphql adds.
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildASTSchema, concatAST, parse, validate } from 'graphql';
import { readdir, readFile, writeFile } from 'node:fs/promises';

const contract = new URL('../../tests/FederatedQuery.Gateway.Tests/Contract/schema.graphql', import.meta.url);
const schema = concatAST(
  await Promise.all([contract, new URL('extensions.graphql', import.meta.url)].map(async (file) => parse(await readFile(file, 'utf8')))),
);
const built = buildASTSchema(schema, { assumeValidSDL: true });

const scalars = {
  Date: 'string', DateTime: 'string', Decimal: 'string | number', Duration: 'string', JSON: 'unknown', Long: 'number', UUID: 'string',
};
const config = {
  scalars, strictScalars: true, enumsAsTypes: true, skipTypename: true, onlyOperationTypes: true, immutableTypes: true,
  useTypeImports: true, dedupeFragments: true, avoidOptionals: { field: true }, inputMaybeValue: 'T | null | undefined', maybeValue: 'T | null',
};

for (const path of (await list()).sort()) {
  const document = parse(await readFile(path, 'utf8'));
  const wrong = validate(built, document);
  if (wrong.length > 0) {
    throw new Error(`${path}: ${wrong.map((error) => error.message).join('; ')}`);
  }

  const filename = path.replace(/\.graphql$/, '.generated.ts');
  const text = await codegen({
    schema, filename, config, documents: [{ location: path, document }],
    plugins: [{ typescript: {} }, { operations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescript, operations, typedDocumentNode },
  });
  const content = `// Made by codegen.mjs of ${path.split('/').at(-1)}.\n${text}`;
  // What is unchanged keeps its time, which builds look at.
  if (content !== (await readFile(filename, 'utf8').catch(() => ''))) {
    await writeFile(filename, content);
  }
}

async function list() {
  const root = new URL('src/', import.meta.url);
  return (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.graphql')).map((name) => new URL(name, root).pathname);
}
