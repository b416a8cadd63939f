// Is an OpenAPI document valid, and do its examples have the shapes that it gives?
// In: the document. Out: a JSON array of what is wrong.
import { readFileSync } from 'node:fs';
import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const wrong = [];
const text = readFileSync(0, 'utf8');
try {
  await SwaggerParser.validate(JSON.parse(text));
} catch (error) {
  wrong.push(error.message);
}

const api = await SwaggerParser.dereference(JSON.parse(text));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);

// Whatever has a schema and examples: bodies, answers, parameters.
let examples = 0;
function check(node, path) {
  if (node === null || typeof node !== 'object') return;
  if (node.schema !== undefined) {
    const given = [
      ...('example' in node ? [node.example] : []),
      ...Object.values(node.examples ?? {}).map((example) => example.value),
    ];
    const validate = ajv.compile(node.schema);
    for (const example of given) {
      examples++;
      if (!validate(example)) wrong.push(`${path}: ${ajv.errorsText(validate.errors)}`);
    }
  }

  for (const [name, child] of Object.entries(node)) check(child, `${path}/${name}`);
}

check(api.paths, '');
if (examples === 0) wrong.push('It has no examples.');
process.stdout.write(JSON.stringify(wrong));
