import { expect, it } from 'vitest';
import { neighboursOf, readAnchor, sameAs, writeAnchor } from './around';
import type { Entry } from './records';

const entry = (id: string, resourceId: string | null = null): Entry => ({
  cursor: id,
  node: {
    id, resourceId, timestamp: '2026-11-21T21:05:59.000001Z', level: 'INFO', message: id, metadata: null, traceId: null, spanId: null, commit: null, parentResourceId: null, userId: null,
    workflowName: null, workflowNode: null,
  },
});
const ids = (entries: readonly Entry[]) => entries.map((one) => one.node.id);

it('a record is named by its time and id', () => {
  expect(readAnchor(writeAnchor(entry('7')))).toEqual({ timestamp: '2026-11-21T21:05:59.000001Z', id: '7' });
  expect(['', 'x~y', '2026-11-21T00:00:00Z', '2026-11-21T00:00:00Z~', '2026-11-21T00:00:00Z~a~b'].map(readAnchor)).toEqual([null, null, null, null, null]);
});

it('those of the same time stand on both sides of it', () => {
  const found = neighboursOf({ timestamp: '', id: '3' }, [entry('0'), entry('1')], [entry('2'), entry('3'), entry('4'), entry('5'), entry('6')], 2)!;
  expect([ids(found.newer), found.focus.node.id, ids(found.older)]).toEqual([['1', '2'], '3', ['4', '5']]);
  expect(neighboursOf({ timestamp: '', id: '9' }, [], [entry('2')], 2)).toBeNull();
});

it('what a record has not, others cannot have the same of', () => {
  expect([sameAs(entry('1'), 'resource'), sameAs(entry('1', 'a'), 'resource'), sameAs(entry('1'), 'all')]).toEqual([null, { resourceId: { eq: 'a' } }, {}]);
});
