import { duration } from '../ui/format';

/** As `/health/ready` gives it; a gateway that is not ready gives the same with 503. While it starts, and of all tenants together, it names no parts. */
export interface Health {
  readonly status: string;
  readonly parts?: Readonly<Record<string, { readonly status: string; readonly milliseconds: number; readonly error?: string }>>;
  readonly verification?: { readonly violations: number };
  readonly analytics?: { readonly tables: number; readonly failing: number; readonly error?: string };
  readonly ingest?: { readonly status: string; readonly queuedRecords: number; readonly queuedBytes: number; readonly oldestQueuedSeconds: number; readonly error?: string };
  readonly cache?: { readonly bytes: number; readonly maxBytes: number; readonly filesInUse: number; readonly hits: number; readonly misses: number };
}

/** One part as a line of the page. */
export interface PartLine {
  readonly name: string;
  readonly isUp: boolean;
  readonly note: string;
  readonly error: string | null;
}

const names: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL', catalog: 'Catalog', duckdb: 'DuckDB', objectStore: 'Object store', coldRead: 'Reading cold rows',
};

export function linesOf(health: Health): readonly PartLine[] {
  const parts = Object.entries(health.parts ?? {}).map(([name, part]) => ({
    name: names[name] ?? name, isUp: part.status === 'up', note: duration(part.milliseconds), error: part.error ?? null,
  }));
  const { ingest, verification, analytics } = health;
  return [
    ...parts,
    ...(ingest === undefined ? [] : [{ name: 'Log ingest', isUp: ingest.status === 'up', note: `${ingest.queuedRecords} queued`, error: ingest.error ?? null }]),
    ...(verification === undefined ? [] : [{
      name: 'Verification', isUp: verification.violations === 0, note: `${verification.violations} open violations`,
      error: verification.violations === 0 ? null : 'Cold days differ from what was moved: federated_query.violations says which, docs/verification.md what to do.',
    }]),
    ...(analytics === undefined ? [] : [{ name: 'Analytics', isUp: analytics.failing === 0, note: `${analytics.tables} tables`, error: analytics.error ?? null }]),
  ];
}
