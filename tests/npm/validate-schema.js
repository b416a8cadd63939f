// In: {"sdls": [text]}. Out: [{"errors": [message], "printed": text or null}] by graphql-js: what is wrong with each schema, and how it prints when nothing is.
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, lexicographicSortSchema, printSchema, validateSchema } from 'graphql';

const { sdls } = JSON.parse(readFileSync(0, 'utf8'));
const results = sdls.map((sdl) => {
  try {
    const schema = buildSchema(sdl);
    const errors = validateSchema(schema).map(({ message }) => message);
    return { errors, printed: errors.length === 0 ? printSchema(lexicographicSortSchema(schema)) : null };
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    return { errors: [error.message], printed: null };
  }
});
process.stdout.write(JSON.stringify(results));
