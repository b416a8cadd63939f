// In: {"introspection": data, "documents": [text]}. Out: {"types", "errors"}: graphql-js builds the client's schema and validates the documents against it.
import { readFileSync } from 'node:fs';
import { buildClientSchema, parse, validate, validateSchema } from 'graphql';

const { introspection, documents } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildClientSchema(introspection);
const errors = [
  ...validateSchema(schema),
  ...documents.flatMap((document) => validate(schema, parse(document))),
].map((error) => error.message);
process.stdout.write(JSON.stringify({ types: Object.keys(schema.getTypeMap()).length, errors }));
