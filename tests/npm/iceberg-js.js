// Drives a REST catalog with iceberg-js, every call it has. Arguments: the address (without /v1). Throws at the first answer that is wrong.
// Out: the calls made, a JSON array.
import assert from 'node:assert/strict';
import { IcebergError, IcebergRestCatalog } from 'iceberg-js';

const [baseUrl] = process.argv.slice(2);
const calls = new Set();
const record = (catalog) => new Proxy(catalog, {
  get(target, name) {
    const member = target[name];
    if (typeof member !== 'function') return member;
    calls.add(name);
    return member.bind(target);
  },
});

const catalog = record(new IcebergRestCatalog({ baseUrl, accessDelegation: ['vended-credentials'] }));
const schema = {
  type: 'struct', 'schema-id': 0, 'identifier-field-ids': [0],
  fields: [
    { id: 0, name: 'id', type: 'long', required: true },
    { id: 1, name: 'at', type: 'timestamptz', required: false },
    { id: 2, name: 'tags', type: { type: 'list', 'element-id': 3, element: 'string', 'element-required': false }, required: false },
  ],
};
const rejects = async (promise, status, type) => {
  const error = await promise.then(() => assert.fail(`expected ${status} ${type}`), (e) => e);
  assert.ok(error instanceof IcebergError, String(error));
  assert.deepEqual([error.status, error.icebergType, error.icebergCode], [status, type, status], error.message);
};

// Configuration: with the catalog's name as warehouse, and with another.
const config = await catalog.loadConfig();
assert.ok(config.endpoints.includes('POST /v1/{prefix}/transactions/commit'));
assert.ok(!config.endpoints.some((endpoint) => endpoint.includes('/views') || endpoint.includes('/plan')));
const named = new IcebergRestCatalog({ baseUrl, warehouse: 'federatedquery', catalogName: 'federatedquery' });
assert.ok((await named.listNamespaces()).namespaces.some((n) => n.namespace[0] === 'default'));
await rejects(new IcebergRestCatalog({ baseUrl, warehouse: 'elsewhere' }).listNamespaces(), 404, 'NoSuchWarehouseException');

// Namespaces.
const top = { namespace: ['js'] };
const nested = { namespace: ['js', 'in ner+%/'.replace('/', '')] };
await catalog.createNamespace(top, { properties: { owner: 'Ralph', color: 'red' } });
await rejects(catalog.createNamespace(top), 409, 'AlreadyExistsException');
await catalog.createNamespaceIfNotExists(top);
await catalog.createNamespace(nested);
assert.deepEqual((await catalog.listNamespaces({ parent: top })).namespaces, [nested]);
assert.deepEqual((await catalog.loadNamespaceMetadata(top)).properties, { owner: 'Ralph', color: 'red' });
assert.deepEqual(
  await catalog.updateNamespaceProperties(top, { removals: ['color', 'size'], updates: { owner: 'Anna' } }),
  { updated: ['owner'], removed: ['color'], missing: ['size'] });
assert.deepEqual((await catalog.loadNamespaceMetadata(top)).properties, { owner: 'Anna' });
assert.deepEqual([await catalog.namespaceExists(nested), await catalog.namespaceExists({ namespace: ['nobody'] })], [true, false]);
await rejects(catalog.dropNamespace(top), 409, 'NamespaceNotEmptyException');
await rejects(catalog.loadNamespaceMetadata({ namespace: ['nobody'] }), 404, 'NoSuchNamespaceException');

// Tables.
const events = { namespace: top.namespace, name: 'events' };
const created = await catalog.createTableResult(top, {
  name: 'events', schema, properties: { made: 'by js' },
  'partition-spec': { fields: [{ 'source-id': 1, name: 'day', transform: 'day' }] },
  'write-order': { 'order-id': 1, fields: [{ 'source-id': 0, transform: 'identity', direction: 'asc', 'null-order': 'nulls-last' }] },
});
assert.equal(created.metadata['format-version'], 2);
assert.deepEqual(created.metadata.schemas[0].fields.map((f) => f.id), [1, 2, 3]);
assert.deepEqual(created.metadata.schemas[0]['identifier-field-ids'], [1]);
assert.deepEqual(created.metadata['partition-specs'][0].fields[0], { 'source-id': 2, 'field-id': 1000, name: 'day', transform: 'day' });
await rejects(catalog.createTable(top, { name: 'events', schema }), 409, 'AlreadyExistsException');
assert.equal((await catalog.createTableIfNotExists(top, { name: 'events', schema }))['table-uuid'], created.metadata['table-uuid']);
await rejects(catalog.createTable({ namespace: ['nobody'] }, { name: 'events', schema }), 404, 'NoSuchNamespaceException');
assert.deepEqual([await catalog.tableExists(events), await catalog.tableExists({ ...events, name: 'none' })], [true, false]);
await rejects(catalog.loadTable({ ...events, name: 'none' }), 404, 'NoSuchTableException');

// ETags.
const loaded = await catalog.loadTableResult(events);
assert.equal(loaded['metadata-location'], created['metadata-location']);
assert.equal(loaded.etag, created.etag);
assert.equal(await catalog.loadTable(events, { ifNoneMatch: loaded.etag }), null);
assert.notEqual(await catalog.loadTable(events, { ifNoneMatch: loaded.etag, snapshots: 'refs' }), null);

// Commits.
const renamed = await catalog.updateTable(events, {
  requirements: [{ type: 'assert-table-uuid', uuid: created.metadata['table-uuid'] }, { type: 'assert-current-schema-id', 'current-schema-id': 0 }],
  updates: [
    { action: 'add-schema', schema: { ...created.metadata.schemas[0], fields: [...created.metadata.schemas[0].fields, { id: 5, name: 'note', type: 'string', required: false }] } },
    { action: 'set-current-schema', 'schema-id': -1 },
    { action: 'set-properties', updates: { changed: 'yes' } },
    { action: 'remove-properties', removals: ['made'] },
  ],
});
assert.equal(renamed.metadata['current-schema-id'], 1);
assert.deepEqual(renamed.metadata.properties, { changed: 'yes' });
await rejects(catalog.commitTable(events, {
  requirements: [{ type: 'assert-current-schema-id', 'current-schema-id': 0 }], updates: [{ action: 'set-properties', updates: { a: 'b' } }],
}), 409, 'CommitFailedException');
assert.notEqual(await catalog.loadTable(events, { ifNoneMatch: loaded.etag }), null);

// Stage-create, then the commit that makes it.
const staged = await catalog.createTableResult(top, { name: 'staged', schema, 'stage-create': true });
assert.equal(staged['metadata-location'], undefined);
assert.equal(await catalog.tableExists({ ...events, name: 'staged' }), false);
const first = staged.metadata;
const made = await catalog.commitTable({ ...events, name: 'staged' }, {
  requirements: [{ type: 'assert-create' }],
  updates: [
    { action: 'assign-uuid', uuid: first['table-uuid'] }, { action: 'upgrade-format-version', 'format-version': 2 },
    { action: 'add-schema', schema: first.schemas[0], 'last-column-id': first['last-column-id'] }, { action: 'set-current-schema', 'schema-id': -1 },
    { action: 'add-spec', spec: first['partition-specs'][0] }, { action: 'set-default-spec', 'spec-id': -1 },
    { action: 'add-sort-order', 'sort-order': first['sort-orders'][0] }, { action: 'set-default-sort-order', 'sort-order-id': -1 },
    { action: 'set-location', location: first.location }, { action: 'set-properties', updates: { staged: 'true' } },
  ],
});
assert.equal(made.metadata['table-uuid'], first['table-uuid']);
assert.equal(made.metadata.location, first.location);

// Pages.
const names = [];
let token = '';
do {
  const page = await catalog.listTables(top, { pageToken: token, pageSize: 1 });
  assert.ok(page.identifiers.length <= 1);
  names.push(...page.identifiers.map((t) => t.name));
  token = page.nextPageToken;
} while (token !== undefined);
assert.deepEqual(names, ['events', 'staged']);
assert.equal((await catalog.listTables(top)).identifiers.length, 2);
assert.equal((await catalog.listNamespaces({ pageToken: '', pageSize: 1 })).namespaces.length, 1);

// Rename, over namespaces; drop; register what was dropped; purge.
const moved = { namespace: nested.namespace, name: 'moved events' };
await catalog.renameTable({ source: events, destination: moved });
await rejects(catalog.renameTable({ source: events, destination: moved }), 404, 'NoSuchTableException');
assert.equal((await catalog.loadTable(moved))['table-uuid'], created.metadata['table-uuid']);
const last = await catalog.loadTableResult(moved);
await catalog.dropTable(moved);
await rejects(catalog.dropTable(moved), 404, 'NoSuchTableException');
const registered = await catalog.registerTableResult(top, { name: 'again', 'metadata-location': last['metadata-location'] });
assert.equal(registered.metadata['table-uuid'], created.metadata['table-uuid']);
await rejects(catalog.registerTable(top, { name: 'again', 'metadata-location': last['metadata-location'] }), 409, 'AlreadyExistsException');
await rejects(catalog.registerTable(top, { name: 'passwd', 'metadata-location': 'file:///etc/passwd' }), 400, 'BadRequestException');
await catalog.registerTable(top, { name: 'again', 'metadata-location': last['metadata-location'], overwrite: true });
await catalog.dropTable({ ...events, name: 'again' }, { purge: true });
await rejects(catalog.registerTable(top, { name: 'again', 'metadata-location': last['metadata-location'] }), 400, 'BadRequestException');
await catalog.dropTable({ ...events, name: 'staged' }, { purge: true });
await catalog.dropNamespace(nested);
await catalog.dropNamespace(top);
assert.equal(await catalog.namespaceExists(top), false);

const all = Object.getOwnPropertyNames(IcebergRestCatalog.prototype).filter((name) => !['constructor', 'resolvePrefix', 'computePrefix'].includes(name));
assert.deepEqual(all.filter((name) => !calls.has(name)), []);
process.stdout.write(JSON.stringify([...calls].sort()));
