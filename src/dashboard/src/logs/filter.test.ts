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
  it('has the same filter', () => {
    const wanted = { search: 'disk full', conditions: [error, notRoot, status] };
    expect(JSON.parse(downloadParameters(wanted, bounds).get('where') ?? '')).toEqual(filterOf(wanted, bounds));
  });

  it('of everything has none', () => {
    expect(downloadParameters({ search: '', conditions: [] }, open).toString()).toBe('');
  });
});
