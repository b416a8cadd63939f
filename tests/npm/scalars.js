// In: {"results": [JSON], "inputs": [JSON], "literals": [text]}. Out: {scalar: {"results": [...], "inputs": [...], "literals": [...]}} by
// graphql-js, each entry {"value"} of an accepted value or {"error"}.
import { readFileSync } from 'node:fs';
import { parseConstValue, specifiedScalarTypes } from 'graphql';

const { results, inputs, literals } = JSON.parse(readFileSync(0, 'utf8'));

function attempt(coerce) {
  try {
    const value = coerce();
    return value === undefined ? { error: 'undefined' } : { value };
  } catch (error) {
    return { error: error.message };
  }
}

const table = {};
for (const scalar of specifiedScalarTypes) {
  table[scalar.name] = {
    results: results.map((value) => attempt(() => scalar.coerceOutputValue(value))),
    inputs: inputs.map((value) => attempt(() => scalar.coerceInputValue(value))),
    literals: literals.map((text) => attempt(() => scalar.coerceInputLiteral(parseConstValue(text)))),
  };
}
process.stdout.write(JSON.stringify(table));
