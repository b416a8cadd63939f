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

it('metrics are a series for each tier', () => {
  const metric = (tier: QueryMetric['tier'], at: string): QueryMetric => ({ tier, at, queries: 1, errors: 0, p50Milliseconds: 2, p99Milliseconds: 3, rows: 4, bytes: 5 });
  const series = byTier([metric('POSTGRES', '2026-11-22T00:01:00Z'), metric('ICEBERG', '2026-11-22T00:00:00Z'), metric('POSTGRES', '2026-11-22T00:00:00Z')]);
  expect(series.map((one) => [one.tier, one.at.length])).toEqual([['ICEBERG', 1], ['POSTGRES', 2]]);
  expect(series[1]!.at[0]).toBeLessThan(series[1]!.at[1]!);
});

it('parts that are down say why', () => {
  const lines = linesOf({
    status: 'down', parts: { postgres: { status: 'down', milliseconds: 5000, error: 'No answer within 5 seconds.' }, other: { status: 'up', milliseconds: 1 } }, verification: { violations: 2 },
  });
  expect(lines.map((line) => [line.name, line.isUp])).toEqual([['PostgreSQL', false], ['other', true], ['Verification', false]]);
  expect(lines[0]!.error).toContain('5 seconds');
});
