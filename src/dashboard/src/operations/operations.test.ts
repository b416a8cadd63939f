import { expect, it } from 'vitest';
import { linesOf } from './health';
import { byTier, ingestData, withSample, type IngestStatus, type QueryMetric } from './samples';

const status = (recordsPerSecond: number): IngestStatus => ({ recordsPerSecond, queuedRecords: 0, queuedBytes: 0, storedRecords: 0, rejectedRecords: 0, oldestQueuedSeconds: 0 });

it('samples go when they are too old, and the last one lasts until now', () => {
  const samples = withSample(withSample(withSample([], status(1), 0), status(2), 200), status(3), 400);
  expect(samples.map((sample) => sample.at)).toEqual([200, 400]);
  expect(ingestData(samples, 410)[0]).toEqual([200, 400, 410]);
  expect(ingestData(samples, 410)[1]).toEqual([2, 3, 3]);
  expect(ingestData([], 1)).toEqual([[], [], []]);
});

it('metrics are a series for each tier, with the intervals in which nothing was asked', () => {
  const metric = (tier: QueryMetric['tier'], minute: number): QueryMetric => ({ tier, at: `2026-11-22T00:0${minute}:00Z`, queries: 1, errors: 0, p50Milliseconds: 2, p99Milliseconds: 3, rows: 4, bytes: 5 });
  const now = Date.parse('2026-11-22T00:04:30Z') / 1000;
  const series = byTier([metric('POSTGRES', 1), metric('ICEBERG', 0), metric('POSTGRES', 3)], now);
  expect(series.map(({ tier, queries, p50 }) => [tier, queries, p50])).toEqual([
    ['ICEBERG', [1, 0, 0, 0, 0], [2, null, null, null, null]],
    ['POSTGRES', [0, 1, 0, 1, 0], [null, 2, null, 2, null]],
  ]);
  expect(series[0]!.at.at(-1)).toBe(now - 30);
  expect(byTier([metric('POSTGRES', 4)], now)).toMatchObject([{ queries: [1] }]);
  expect(byTier([], now)).toEqual([]);
});

it('parts that are down say why', () => {
  const lines = linesOf({
    status: 'down', parts: { postgres: { status: 'down', milliseconds: 5000, error: 'No answer within 5 seconds.' }, other: { status: 'up', milliseconds: 1 } }, verification: { violations: 2 },
  });
  expect(lines.map((line) => [line.name, line.isUp])).toEqual([['PostgreSQL', false], ['other', true], ['Verification', false]]);
  expect(lines[0]!.error).toContain('5 seconds');
  expect(linesOf({ status: 'starting' })).toEqual([]);
});
