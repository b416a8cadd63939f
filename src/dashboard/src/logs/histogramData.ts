import type { AlignedData } from 'uplot';
import { severities, severityOf, type Severity } from './levels';
import type { LogHistogramQuery } from './logs.generated';

type Bucket = LogHistogramQuery['logHistogram'][number];

/** What the chart draws: seconds, and for each severity the height that its bar has with those below it. */
export interface Stack {
  readonly severities: readonly Severity[];
  readonly data: AlignedData;
  /** Records of each bucket, and of each severity in it. */
  readonly counts: readonly (readonly number[])[];
  readonly total: number;
  readonly secondsPerBucket: number;
}

export function stackOf(buckets: readonly Bucket[]): Stack {
  const present = severities.filter((severity) => buckets.some((bucket) => bucket.levels.some((level) => severityOf(level.level) === severity)));
  const counts = buckets.map((bucket) => present.map((severity) =>
    bucket.levels.reduce((sum, level) => sum + (severityOf(level.level) === severity ? level.count : 0), 0)));
  // The gravest lie at the bottom, where small figures can be compared; a bar covers those above the ones it stands on.
  const heights = present.map((_, i) => counts.map((one) => one.slice(0, i + 1).reduce((sum, count) => sum + count, 0)));
  const first = buckets[0];
  return {
    severities: present,
    data: [buckets.map((bucket) => +new Date(bucket.from) / 1000), ...heights.toReversed()],
    counts,
    total: buckets.reduce((sum, bucket) => sum + bucket.count, 0),
    secondsPerBucket: first === undefined ? 1 : (+new Date(first.to) - +new Date(first.from)) / 1000,
  };
}
