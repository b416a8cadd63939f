// In: {"sdl", "documents": [text]}. Out: [[{"message", "locations", "rule"}]] by graphql-js; a syntax error is the only error of its document
// and of no rule.
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, parse, recommendedRules, specifiedRules, validate } from 'graphql';

const { sdl, documents } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildSchema(sdl);
const ruleOf = new WeakMap();
const rules = [...specifiedRules, ...recommendedRules].map((rule) => (context) => {
  const own = Object.create(context);
  own.reportError = (error) => {
    ruleOf.set(error, rule.name);
    context.reportError(error);
  };
  return rule(own);
});
const results = documents.map((text) => {
  try {
    return validate(schema, parse(text, { allowEmptySelectionSets: false }), rules, { maxErrors: 100 })
      .map((error) => ({ message: error.message, locations: error.locations ?? [], rule: ruleOf.get(error) }));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [{ message: error.message, locations: error.locations ?? [] }];
  }
});
process.stdout.write(JSON.stringify(results));
