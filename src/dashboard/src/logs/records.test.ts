import { describe, expect, it } from 'vitest';
import { appended, linesOf, metadataPaths, pathOf, prepended, type Entry } from './records';

const entry = (id: string, timestamp = '2026-11-21T00:00:00Z', metadata: unknown = null): Entry => ({
  cursor: `c${id}`,
  node: {
    id, timestamp, metadata, level: 'INFO', message: id, resourceId: null, traceId: null, spanId: null, commit: null, parentResourceId: null, userId: null, workflowName: null,
    workflowNode: null,
  },
});
const ids = (entries: readonly Entry[]) => entries.map((one) => one.node.id);

describe('pages and tail', () => {
  it('a further page comes behind, without what is there already', () => {
    expect(ids(appended([entry('1'), entry('2')], [entry('2'), entry('3')]))).toEqual(['1', '2', '3']);
  });

  it('the last to come is first, each once, and the oldest go', () => {
    const { entries, dropped } = prepended([entry('1')], [entry('2'), entry('1'), entry('3'), entry('2')], 2);
    expect(ids(entries)).toEqual(['3', '2']);
    expect(dropped).toBe(1);
  });

  it('the cold tier begins before the first record that is older than the boundary', () => {
    const boundary = new Date('2026-10-23T00:00:00Z');
    const lines = linesOf([], 0, [entry('1', '2026-10-23T00:00:00Z'), entry('2', '2026-10-22T23:59:59Z')], boundary);
    expect(lines.map((line) => line.kind)).toEqual(['record', 'boundary', 'record']);
    expect(linesOf([], 0, [entry('1')], boundary).map((line) => line.kind)).toEqual(['record']);
    expect(linesOf([], 0, [entry('1')], null)).toHaveLength(1);
  });

  it('a tail lies above the pages, with a gap if some of it was let go', () => {
    const lines = linesOf([entry('3'), entry('2')], 7, [entry('2'), entry('1')], null);
    expect(lines.map((line) => (line.kind === 'record' ? line.entry.node.id : line.kind))).toEqual(['3', '2', 'gap', '1']);
  });
});

describe('places in the metadata', () => {
  it('are found, the commonest first, and written as filters have them', () => {
    expect(metadataPaths([entry('1', '', { status: 200, request: { 'user.agent': 'x' } }), entry('2', '', { status: 404 })])).toEqual(['status', 'request."user.agent"']);
    expect(pathOf(pathOf('a', 'b'), 0)).toBe('a.b[0]');
  });
});
