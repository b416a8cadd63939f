import { expect, it } from 'vitest';
import { stackOf } from './histogramData';
import { severityOf } from './levels';

it('bars stand on those of graver levels, which are drawn over them', () => {
  const stack = stackOf([
    { from: '2026-11-21T00:00:00Z', to: '2026-11-21T01:00:00Z', count: 6, levels: [{ level: 'ERROR', count: 1 }, { level: 'info', count: 3 }, { level: 'fatal', count: 2 }] },
    { from: '2026-11-21T01:00:00Z', to: '2026-11-21T02:00:00Z', count: 0, levels: [] },
  ]);
  expect(stack.severities).toEqual(['error', 'info']);
  expect(stack.data.slice(1)).toEqual([[6, 0], [3, 0]]);
  expect(stack.counts).toEqual([[3, 3], [0, 0]]);
  expect([stack.total, stack.secondsPerBucket]).toEqual([6, 3600]);
  expect(severityOf('audit')).toBe('other');
});

it('nothing is no bars', () => { expect(stackOf([]).data).toEqual([[]]); });
