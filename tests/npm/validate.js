// In: {"sdl", "documents": [text]}. Out: [[{"message", "locations"}]] by graphql-js; a syntax error is the only error of its document.
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, parse, validate } from 'graphql';

const { sdl, documents } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildSchema(sdl);
const results = documents.map((text) => {
  try {
    return validate(schema, parse(text, { allowEmptySelectionSets: false }), undefined, { maxErrors: 100 }).map(({ message, locations }) => ({ message, locations: locations ?? [] }));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [{ message: error.message, locations: error.locations ?? [] }];
  }
});
process.stdout.write(JSON.stringify(results));
