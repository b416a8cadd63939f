import { bytes, count, duration, plural } from '../ui/format';
import type { ExplainSqlQuery, SqlResultFragment } from './sql.generated';

/** What a tier gave, or would give, as the picture shows it. */
export interface TierPlan {
  readonly tier: 'hot' | 'cold';
  readonly title: string;
  readonly facts: readonly string[];
  /** Share of the cold files that are not read; null where there are none. */
  readonly pruned: { readonly read: number; readonly total: number } | null;
  /** Share of the slower tier's time, for the length of its bar; null while nothing has run. */
  readonly share: number | null;
  readonly sql: readonly string[];
}

export interface PlanPicture {
  readonly tiers: readonly TierPlan[];
  readonly whole: readonly string[];
  readonly sql: string | null;
}

/** Of a statement that has run. */
export function pictureOf(result: SqlResultFragment): PlanPicture {
  const { hot, cold } = result.plan;
  const slowest = Math.max(hot?.milliseconds ?? 0, cold?.milliseconds ?? 0, 0.001);
  return {
    tiers: [
      ...(hot === null ? [] : [{
        tier: 'hot', title: 'PostgreSQL', facts: [plural(hot.rows, 'row'), duration(hot.milliseconds)], pruned: null, share: hot.milliseconds / slowest, sql: hot.sql === '' ? [] : [hot.sql],
      } as const]),
      ...(cold === null ? [] : [{
        tier: 'cold', title: 'Iceberg',
        facts: [plural(cold.rows, 'row'), duration(cold.milliseconds), `${bytes(cold.bytesRead)} read, ${bytes(cold.bytesFetched)} of them fetched`, ...(cold.snapshotId === null ? [] : [`snapshot ${cold.snapshotId}`])],
        pruned: cold.filesTotal === 0 ? null : { read: cold.filesRead, total: cold.filesTotal }, share: cold.milliseconds / slowest, sql: [],
      } as const]),
    ],
    whole: [plural(result.rowCount, 'row'), duration(result.executionTime * 1000)],
    sql: result.plan.sql === '' ? null : result.plan.sql,
  };
}

/** Of what it would cost; nothing has run. */
export function pictureOfEstimate({ explainQuery: estimate }: ExplainSqlQuery): PlanPicture {
  return {
    tiers: [
      ...(estimate.hotSql.length === 0 ? [] : [{
        tier: 'hot', title: 'PostgreSQL', facts: [`at most ${plural(estimate.hotRows, 'row')}`], pruned: null, share: null, sql: estimate.hotSql,
      } as const]),
      ...(estimate.filesTotal === 0 ? [] : [{
        tier: 'cold', title: 'Iceberg',
        facts: [`${bytes(estimate.bytesToRead)} to read, ${bytes(estimate.bytesToFetch)} of them to fetch`, `${count(estimate.objectStoreRequests)} requests of the object store`],
        pruned: { read: estimate.filesToRead, total: estimate.filesTotal }, share: null, sql: [],
      } as const]),
    ],
    whole: ['not run'],
    sql: null,
  };
}
