// Validates answers of a REST catalog against the schemas of the API's OpenAPI file.
// Argument: the file. In: a JSON array of { id, method, template, status, body } (template null: a path that the API does not have; body null: none).
// Out: a JSON array with the id and the errors of every answer that is not as the file says.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const api = parse(readFileSync(process.argv[2], 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: 'api', components: api.components, paths: api.paths });

const resolve = (part) => (part?.$ref ? part.$ref.slice(2).split('/').reduce((node, key) => node[key], api) : part);
const errorSchema = '#/components/schemas/IcebergErrorResponse';

function schemaOf({ method, template, status }) {
  const responses = template === null ? {} : api.paths[template]?.[method.toLowerCase()]?.responses;
  if (responses === undefined) throw new Error(`the API has no ${method} ${template}`);
  const response = resolve(responses[status] ?? (status >= 500 ? responses['5XX'] : undefined));
  if (response === undefined) {
    // What every HTTP server may say (405, 413, 415, 404 of paths that are none) has the error model too.
    if (status < 400) throw new Error(`${method} ${template} has no answer ${status}`);
    return errorSchema;
  }

  // The file gives 406 the inner schema and an example with the outer one; its text says that all errors have the outer one.
  return status === 406 ? errorSchema : response.content?.['application/json']?.schema?.$ref ?? null;
}

const wrong = [];
for (const answer of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const schema = schemaOf(answer);
    if (answer.method === 'HEAD' || schema === null) {
      if (answer.body !== null) wrong.push({ id: answer.id, errors: 'a body where none may be' });
      continue;
    }

    const validate = ajv.getSchema(`api${schema}`) ?? ajv.compile({ $ref: `api${schema}` });
    if (!validate(answer.body)) wrong.push({ id: answer.id, errors: ajv.errorsText(validate.errors) });
    else if (answer.status >= 400 && answer.body.error.code !== answer.status) wrong.push({ id: answer.id, errors: 'the code is not the status' });
  } catch (error) {
    wrong.push({ id: answer.id, errors: String(error) });
  }
}

process.stdout.write(JSON.stringify(wrong));
