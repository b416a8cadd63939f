import { describe, expect, it } from 'vitest';
import { readState, writeState, type LogsState } from './urlState';

const full: LogsState = {
  search: 'disk & "full" +x',
  conditions: [
    { field: 'level', value: 'ERROR', excluded: false },
    { field: 'workflowName', value: 'a b&c', excluded: true },
    { field: 'metadata', path: 'status', value: 404, excluded: false },
  ],
  range: { kind: 'between', from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-02T00:00:00Z') },
  live: false,
  around: 'Ae3Gay-VJxBD.0',
};

describe('the address', () => {
  it.each<[string, LogsState]>([
    ['everything', full],
    ['a live tail', { ...full, range: { kind: 'last', amount: '1h' }, live: true, around: null }],
    ['all time', { ...full, range: { kind: 'all' }, conditions: [], search: '' }],
  ])('holds %s', (_, state) => {
    expect(readState(new URLSearchParams(writeState(state).toString()))).toEqual(state);
  });

  it('without anything is the last week', () => {
    expect(readState(new URLSearchParams())).toEqual({ search: '', conditions: [], range: { kind: 'last', amount: '7d' }, live: false, around: null });
  });

  it('loses what is wrong in it', () => {
    const state = readState(new URLSearchParams('f=level:&f=what:7&f=level:WARN&range=7x&from=2026-11-02&to=2026-11-01'));
    expect(state.conditions).toEqual([{ field: 'level', value: 'WARN', excluded: false }]);
    expect(state.range).toEqual({ kind: 'last', amount: '7d' });
  });
});
