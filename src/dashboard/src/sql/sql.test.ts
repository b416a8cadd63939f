import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { isNumeric, textOf, widthOf } from './cell';
import { keepDraft, readDraft } from './draft';
import { offsetOf, wordAt } from './place';
import { pictureOf, pictureOfEstimate } from './plan';
import { namesOf, sourceOf } from './source';
import type { SqlResultFragment } from './sql.generated';

describe('a draft', () => {
  const storage = new Map<string, string>();
  const browser = { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => { storage.set(key, value); } };

  it('is the address\'s, else the last one, else empty', () => {
    expect(readDraft(new URLSearchParams(), browser)).toEqual({ sql: '', source: 'federated' });
    keepDraft({ sql: 'SELECT 1', source: 'iceberg' }, browser);
    expect(readDraft(new URLSearchParams(), browser)).toEqual({ sql: 'SELECT 1', source: 'iceberg' });
    expect(readDraft(new URLSearchParams('sql=SELECT+2&source=postgres'), browser)).toEqual({ sql: 'SELECT 2', source: 'postgres' });
    storage.set('federated-query.sql', '[');
    expect(readDraft(new URLSearchParams('source=nobody'), browser)).toEqual({ sql: '', source: 'federated' });
    expect(sourceOf('x')).toBe('federated');
  });
});

it('names are completed for the source that has them', () => {
  const table = (namespace: string, name: string, dataSource: 'POSTGRES' | 'ICEBERG' | 'FEDERATED') => ({ namespace, name, dataSource, columns: [{ name: 'id', type: 'long' }] });
  const tables = [table('default', 'users', 'POSTGRES'), table('web', 'clicks', 'ICEBERG'), table('default', 'sales', 'FEDERATED')];
  expect(namesOf(tables, 'federated')).toEqual({ users: ['id'], 'web.clicks': ['id'], sales: ['id'] });
  expect(Object.keys(namesOf(tables, 'postgres'))).toEqual(['users', 'sales']);
  expect(Object.keys(namesOf(tables, 'iceberg'))).toEqual(['web.clicks', 'sales']);
});

it('a place of a statement is a word of the document', () => {
  const document = Text.of(['SELECT \'\u{1f600}\', nothing', 'FROM "odd name" WHERE +', '']);
  const textAt = (line: number, column: number) => { const word = wordAt(document, { line, column }); return word === null ? null : document.sliceString(word.from, word.to); };
  expect(offsetOf(document, { line: 1, column: 8 })).toBe(7);
  expect([textAt(1, 8), textAt(1, 13), textAt(2, 6), textAt(2, 23)]).toEqual(['\'\u{1f600}\'', 'nothing', '"odd name"', '+']);
  expect([textAt(2, 99), textAt(9, 9), textAt(0, 0)]).toEqual(['+', '\n', 'SELECT']);
  expect(wordAt(Text.empty, { line: 1, column: 1 })).toBeNull();
});

it('cells show what is in them', () => {
  expect([null, '', 0, false, { a: 1 }, 'x'].map((value) => textOf(value))).toEqual(['null', '', '0', 'false', '{"a":1}', 'x']);
  expect([1, 792.9, '12345678901234567890.1', -3, null].map((value) => textOf(value, 'DECIMAL(22,2)'))).toEqual(['1.00', '792.90', '12345678901234567890.10', '-3.00', 'null']);
  expect([textOf(1, 'DECIMAL(12,0)'), textOf(1e30, 'DECIMAL(38,2)'), textOf('1', 'VARCHAR')]).toEqual(['1', '1e+30', '1']);
  expect(['BIGINT', 'DECIMAL(12,2)', 'int4', 'VARCHAR', 'BIGINT[]'].map(isNumeric)).toEqual([true, true, true, false, false]);
  expect(widthOf('n', 'BIGINT', [{ n: 'x'.repeat(500) }])).toBe(63);
});

describe('the picture of a plan', () => {
  const result: SqlResultFragment = {
    data: [], columns: [], rowCount: 3, executionTime: 0.08, dataSource: 'FEDERATED', truncated: false,
    plan: {
      hot: { sql: 'SELECT 1', rows: 20571, milliseconds: 10 },
      cold: { snapshotId: '7', filesTotal: 24, filesRead: 6, bytesRead: 2048, bytesFetched: 0, rows: 479429, milliseconds: 20 },
      sql: 'SELECT ...',
    },
  };

  it('has what each tier gave, by its share of the time', () => {
    const [hot, cold] = pictureOf(result).tiers;
    expect([hot!.share, cold!.share]).toEqual([0.5, 1]);
    expect(hot!.facts).toEqual(['20,571 rows', '10 ms']);
    expect(cold!.pruned).toEqual({ read: 6, total: 24 });
    expect(pictureOf({ ...result, plan: { ...result.plan, cold: null } }).tiers).toHaveLength(1);
  });

  it('of an estimate has no times', () => {
    const picture = pictureOfEstimate({ explainQuery: { dataSource: 'POSTGRES', hotSql: ['SELECT 1'], hotRows: 5, filesTotal: 0, filesToRead: 0, bytesToRead: 0, bytesToFetch: 0, objectStoreRequests: 0 } });
    expect(picture.tiers.map((tier) => [tier.tier, tier.share])).toEqual([['hot', null]]);
  });
});
