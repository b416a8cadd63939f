// In: the names of the gateway's settings, as a JSON array. Checks the files that deploy the gateway: the JSON in ecs/ against the AWS SDK's own request types, docker-compose.yml
// against the compose specification's schema, and what they and the Dockerfile must agree on. Out: what was checked. Fails with what is wrong.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const settings = new Set(JSON.parse(readFileSync(0, 'utf8')));
const read = (path) => readFileSync(join(root, path), 'utf8');
const wrong = [];
const check = (condition, message) => condition || wrong.push(message);

// The types are compiled against literals: members that a request does not have, and strings that none of its enums has, are errors too.
const requests = [
  ['ecs/task-definition.json', '@aws-sdk/client-ecs', 'RegisterTaskDefinitionCommandInput'],
  ['ecs/service-definition.json', '@aws-sdk/client-ecs', 'CreateServiceCommandInput'],
  ['ecs/target-group.json', '@aws-sdk/client-elastic-load-balancing-v2', 'CreateTargetGroupCommandInput'],
  ['ecs/autoscaling-target.json', '@aws-sdk/client-application-auto-scaling', 'RegisterScalableTargetCommandInput'],
  ['ecs/autoscaling-policy.json', '@aws-sdk/client-application-auto-scaling', 'PutScalingPolicyCommandInput'],
];
const folder = mkdtempSync(join(import.meta.dirname, 'node_modules', '.deployment-'));
try {
  const write = (name, json, [, module, type]) => {
    const path = join(folder, name);
    writeFileSync(path, `import type { ${type} } from '${module}';\nexport const request: ${type} = ${json};\n`);
    return path;
  };
  const errorsOf = (...files) => {
    const tsc = join(import.meta.dirname, 'node_modules', 'typescript', 'bin', 'tsc');
    try {
      execFileSync(
        process.execPath, [tsc, '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022', ...files], { encoding: 'utf8', stdio: 'pipe' });
      return '';
    } catch (error) {
      return error.stdout || error.message;
    }
  };

  const errors = errorsOf(...requests.map((request, index) => write(`${index}.ts`, read(request[0]), request)));
  check(errors === '', `${requests.map(([file, , type], index) => `${index}.ts is ${file} as ${type}`).join(', ')}:\n${errors}`);

  // That the check can fail at all.
  const task = read('ecs/task-definition.json');
  const control = errorsOf(write('member.ts', task.replace('"stopTimeout"', '"stopTimeOut"'), requests[0]), write('enum.ts', task.replace('"X86_64"', '"X86-64"'), requests[0]));
  check(control.includes('member.ts') && control.includes('enum.ts'), `A misspelt member or processor passed for one of the request: ${control}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const { $schema, ...specification } = JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules', 'dclint', 'schemas', 'compose.schema.json'), 'utf8'));
const isCompose = ajv.compile(specification);
const compose = parse(read('docker-compose.yml'));
check(isCompose(compose), `docker-compose.yml: ${ajv.errorsText(isCompose.errors)}`);
check(!isCompose({ services: { gateway: { ...compose.services.gateway, stop_grace_perod: '1s' } } }), 'A misspelt member passed for one of the compose specification.');

// Settings have their names, and times fit into one another.
const ownedBySdk = (name) => name.startsWith('AWS_') || name.startsWith('OTEL_');
const container = parse(read('ecs/task-definition.json')).containerDefinitions[0];
const environment = Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
for (const [file, names] of [
  ['docker-compose.yml', Object.keys(compose.services.gateway.environment)],
  ['ecs/task-definition.json', [...Object.keys(environment), ...(container.secrets ?? []).map((secret) => secret.name)]],
]) {
  for (const name of names) check(settings.has(name) || ownedBySdk(name), `${file}: ${name} is no setting of the gateway.`);
}

for (const name of Object.keys(environment)) check(!/PASSWORD|_SECRET$|CREDENTIAL|TOKEN/.test(name), `ecs/task-definition.json: ${name} belongs into the secret.`);
const mayRead = JSON.parse(read('ecs/iam-task-policy.json')).Statement.filter((statement) => statement.Action === 'secretsmanager:GetSecretValue').map((statement) => statement.Resource);
check(mayRead.join() === environment.AWS_SECRET_NAME, `ecs/iam-task-policy.json: may read ${mayRead.join()}, and AWS_SECRET_NAME is ${environment.AWS_SECRET_NAME}.`);
const ingest = 10;
const drain = (env) => Number(env.SHUTDOWN_DELAY) + Number(env.SHUTDOWN_TIMEOUT) + ingest;
check(drain(environment) <= container.stopTimeout, `ecs/task-definition.json: stopTimeout is ${container.stopTimeout}; draining takes ${drain(environment)}.`);
check(container.stopTimeout <= 120, `ecs/task-definition.json: stopTimeout is ${container.stopTimeout}; Fargate allows 120.`);
const grace = Number.parseInt(compose.services.gateway.stop_grace_period, 10);
check(drain(compose.services.gateway.environment) <= grace, `docker-compose.yml: stop_grace_period is ${grace} s; draining takes ${drain(compose.services.gateway.environment)}.`);
const group = JSON.parse(read('ecs/target-group.json'));
check(
  group.HealthCheckIntervalSeconds * group.UnhealthyThresholdCount <= Number(environment.SHUTDOWN_DELAY),
  'ecs/target-group.json: the balancer takes longer to see that a gateway stops than SHUTDOWN_DELAY.');
check(Number(environment.CACHE_MAX_BYTES) < parse(read('ecs/task-definition.json')).ephemeralStorage.sizeInGiB * 2 ** 30 * 0.8, 'ecs/task-definition.json: the cache does not fit into the ephemeral storage.');

// The Dockerfile copies what is there and what .dockerignore lets through, and listens where the rest looks.
const dockerfile = read('Dockerfile');
const ignored = read('.dockerignore').split('\n').filter((line) => line && !line.startsWith('#'));
for (const [, sources] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
  for (const source of sources.split(' ')) {
    check(existsSync(join(root, source)), `Dockerfile: copies ${source}, which is not there.`);
    check(!ignored.includes(source.replace(/\/$/, '')), `.dockerignore: ${source} is copied by the Dockerfile.`);
  }
}

const ports = new Set([/PORT=(\d+)/.exec(dockerfile)[1], /EXPOSE (\d+)/.exec(dockerfile)[1], `${container.portMappings[0].containerPort}`, `${group.Port}`, compose.services.gateway.ports[0].split(':').at(-1)]);
check(ports.size === 1, `The gateway's port differs: ${[...ports].join(', ')}.`);
for (const [, name] of dockerfile.matchAll(/^(?:ENV| {4})\s*([A-Z_]+)=/gm)) check(settings.has(name), `Dockerfile: ${name} is no setting of the gateway.`);

// Policies: no wildcard of actions, and none of resources but where AWS has no other.
for (const file of ['ecs/iam-task-policy.json', 'ecs/iam-execution-policy.json', 'ecs/iam-trust-policy.json']) {
  const policy = JSON.parse(read(file));
  check(policy.Version === '2012-10-17', `${file}: its version is ${policy.Version}.`);
  for (const statement of policy.Statement) {
    const actions = [statement.Action].flat();
    for (const action of actions) check(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/.test(action), `${file}: ${action} is no single action.`);
    check(statement.Resource !== '*' || actions.every((action) => action === 'ecr:GetAuthorizationToken'), `${file}: ${actions} is allowed on everything.`);
  }
}

// Extensions of DuckDB are laid out for the version of its library, and one that is not there fails the build.
const extensions = mkdtempSync(join(import.meta.dirname, 'node_modules', '.extensions-'));
const repository = createServer((request, response) => {
  const isThere = /^\/v\d+\.\d+\.\d+\/linux_arm64\/avro\.duckdb_extension\.gz$/.test(request.url);
  response.writeHead(isThere ? 200 : 404).end(isThere ? gzipSync('extension') : '');
});
await new Promise((resolve) => repository.listen(0, '127.0.0.1', resolve));
try {
  const env = { ...process.env, DUCKDB_EXTENSION_REPOSITORY: `http://127.0.0.1:${repository.address().port}` };
  const fetchInto = (...names) => promisify(execFile)(process.execPath, [join(root, 'deploy', 'duckdb-extensions.mjs'), extensions, 'linux_arm64', ...names], { env });
  const { stdout } = await fetchInto('avro');
  check(readFileSync(join(extensions, stdout.trim()), 'utf8') === 'extension', `deploy/duckdb-extensions.mjs: ${stdout} is not what was fetched.`);
  check(await fetchInto('nonesuch').then(() => false, (error) => error.stderr.includes('answers 404')), 'deploy/duckdb-extensions.mjs: an extension that is not there passed for one.');
} finally {
  repository.close();
  rmSync(extensions, { recursive: true, force: true });
}

if (wrong.length > 0) {
  throw new Error(wrong.join('\n'));
}

console.log(JSON.stringify({ requests: requests.length, services: Object.keys(compose.services) }));
