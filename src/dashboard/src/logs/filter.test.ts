import { describe, expect, it } from 'vitest';
import type { Condition } from './condition';
import { downloadParameters, filterOf } from './filter';

const open = { from: null, to: null };
const bounds = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-02T00:00:00Z') };
const error: Condition = { field: 'level', value: 'ERROR', excluded: false };
const warn: Condition = { field: 'level', value: 'WARN', excluded: false };
const notRoot: Condition = { field: 'userId', value: 'root', excluded: true };
const status: Condition = { field: 'metadata', path: 'status', value: 404, excluded: false };

describe('the filter', () => {
  it('of nothing asks for everything', () => {
    expect(filterOf({ search: ' ', conditions: [] }, open)).toEqual({});
  });

  it('has alternatives of one field, and fields that must hold together', () => {
    expect(filterOf({ search: 'disk', conditions: [error, notRoot, warn, status] }, bounds)).toEqual({
      search: 'disk',
      level: { in: ['ERROR', 'WARN'] },
      userId: { nin: ['root'] },
      and: [{ metadata: { path: 'status', eq: 404 } }],
      timestamp: { gte: '2026-11-01T00:00:00.000Z', lt: '2026-11-02T00:00:00.000Z' },
    });
  });

  it('asks whether something is there', () => {
    expect(filterOf({ search: '', conditions: [{ field: 'metadata', path: 'a', value: undefined, excluded: true }] }, open)).toEqual({ and: [{ metadata: { path: 'a', exists: false } }] });
  });
});

describe('a download', () => {
  it('has the same filter as parameters', () => {
    const result = downloadParameters({ search: 'disk full', conditions: [error, warn, { field: 'traceId', value: 't', excluded: false }] }, bounds);
    expect('parameters' in result && Object.fromEntries(result.parameters)).toEqual({
      level: 'ERROR,WARN', trace_id: 't', search: 'disk full', from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z',
    });
  });

  it.each<[string, readonly Condition[]]>([
    ['metadata', [status]],
    ['leave values out', [notRoot]],
    ['one trace at most', [{ field: 'traceId', value: 'a', excluded: false }, { field: 'traceId', value: 'b', excluded: false }]],
    ['whole message', [{ field: 'message', value: 'x', excluded: false }]],
  ])('says why it cannot: %s', (reason, conditions) => {
    const result = downloadParameters({ search: '', conditions }, open);
    expect('reason' in result && result.reason).toContain(reason);
  });
});
