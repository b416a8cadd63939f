import type { AlignedData } from 'uplot';
import type { IngestStatusSubscription, QueryMetricsQuery } from './operations.generated';

export type IngestStatus = IngestStatusSubscription['ingestStatusChanged'];
export type QueryMetric = QueryMetricsQuery['queryMetrics'][number];

/** What ingest was like at a moment, in seconds since 1970. */
export interface Sample {
  readonly at: number;
  readonly status: IngestStatus;
}

/** Seconds of ingest that the chart shows. */
export const shownSeconds = 300;

/** With one more sample, without those that are too old to be shown. */
export function withSample(samples: readonly Sample[], status: IngestStatus, at: number): readonly Sample[] {
  return [...samples.filter((sample) => at - sample.at <= shownSeconds), { at, status }];
}

/** Records per second and queued records over time. A status stays what it was until the next one comes: the last is drawn up to now. */
export function ingestData(samples: readonly Sample[], now: number): AlignedData {
  const last = samples.at(-1);
  const all = last === undefined ? [] : [...samples, { ...last, at: Math.max(now, last.at) }];
  return [all.map((sample) => sample.at), all.map((sample) => sample.status.recordsPerSecond), all.map((sample) => sample.status.queuedRecords)];
}

/** One tier's figures, interval by interval. */
export interface TierSeries {
  readonly tier: QueryMetric['tier'];
  readonly intervalSeconds: number;
  readonly at: readonly number[];
  readonly queries: readonly number[];
  readonly errors: readonly number[];
  /** Null where nothing was asked. */
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

/** METRICS_INTERVAL unless two intervals are closer to each other. */
const usualSeconds = 60;

/**
 * Query metrics as one series for each tier, oldest first, up to now. The gateway leaves out intervals in which nothing was asked; here they are there with their zeros, for a line would be drawn
 * over the gap as if as much had been asked in it.
 */
export function byTier(metrics: readonly QueryMetric[], now: number): readonly TierSeries[] {
  const secondsOf = (metric: QueryMetric): number => Date.parse(metric.at) / 1000;
  const known = [...new Set(metrics.map(secondsOf))].sort((one, other) => one - other);
  const interval = known.slice(1).reduce((least, at, i) => Math.min(least, at - known[i]!), usualSeconds);
  const first = known[0] ?? now;
  const at = Array.from({ length: Math.max(1, Math.floor((now - first) / interval) + 1) }, (_, i) => first + i * interval);
  return [...new Set(metrics.map((metric) => metric.tier))].sort().map((tier) => {
    const own = new Map(metrics.filter((metric) => metric.tier === tier).map((metric) => [secondsOf(metric), metric]));
    const each = <T>(value: (metric: QueryMetric) => number, none: T) => at.map((time) => (own.has(time) ? value(own.get(time)!) : none));
    return {
      tier,
      intervalSeconds: interval,
      at,
      queries: each((metric) => metric.queries, 0),
      errors: each((metric) => metric.errors, 0),
      p50: each((metric) => metric.p50Milliseconds, null),
      p99: each((metric) => metric.p99Milliseconds, null),
    };
  });
}
