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

export interface TierSeries {
  readonly tier: QueryMetric['tier'];
  readonly at: readonly number[];
  readonly queries: readonly number[];
  readonly errors: readonly number[];
  readonly p50: readonly number[];
  readonly p99: readonly number[];
}

/** Query metrics as one series for each tier, oldest first. */
export function byTier(metrics: readonly QueryMetric[]): readonly TierSeries[] {
  const tiers = [...new Set(metrics.map((metric) => metric.tier))].sort();
  return tiers.map((tier) => {
    const own = metrics.filter((metric) => metric.tier === tier).sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    return {
      tier,
      at: own.map((metric) => Date.parse(metric.at) / 1000),
      queries: own.map((metric) => metric.queries),
      errors: own.map((metric) => metric.errors),
      p50: own.map((metric) => metric.p50Milliseconds),
      p99: own.map((metric) => metric.p99Milliseconds),
    };
  });
}
