// Arguments: an endpoint, the size of a page. Makes types of its schema with GraphQL Code Generator, compiles the sample against them, and runs it. Out: what the sample prints.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';

const [endpoint, size] = process.argv.slice(2);
const folder = join(import.meta.dirname, 'typed-sample');
rmSync(join(folder, 'generated'), { recursive: true, force: true });
await generate(
  {
    schema: endpoint,
    documents: join(folder, '*.graphql'),
    silent: true,
    generates: {
      [join(folder, 'generated', 'graphql.ts')]: {
        plugins: ['typescript-operations', 'typed-document-node'],
        config: {
          strictScalars: true,
          useTypeImports: true,
          enumsAsTypes: true,
          scalars: {
            DateTime: 'string', Date: 'string', LocalTime: 'string', LocalDateTime: 'string', Duration: 'string', UUID: 'string', Base64String: 'string',
            Long: 'number', Decimal: 'number', JSON: 'unknown',
          },
        },
      },
    },
  },
  true,
);
try {
  execFileSync(process.execPath, [join(import.meta.dirname, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], { encoding: 'utf8' });
} catch (error) {
  throw new Error(`The sample does not compile: ${error.stdout}`);
}

process.stdout.write(execFileSync(process.execPath, [join(folder, 'generated', 'js', 'walk.js'), endpoint, size], { encoding: 'utf8' }));
