// Reads {introspection, documents} from standard input; graphql-js builds the client's schema of it and validates the documents against it.
// Prints {types, errors}.
import { buildClientSchema, parse, validate, validateSchema } from 'graphql';

let text = '';
for await (const piece of process.stdin) {
  text += piece;
}

const { introspection, documents } = JSON.parse(text);
const schema = buildClientSchema(introspection);
const errors = [
  ...validateSchema(schema),
  ...documents.flatMap((document) => validate(schema, parse(document))),
].map((error) => error.message);
console.log(JSON.stringify({ types: Object.keys(schema.getTypeMap()).length, errors }));
