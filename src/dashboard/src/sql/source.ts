import { FederatedSqlDocument, IcebergSqlDocument, PostgresSqlDocument, type SqlNamesQuery } from './sql.generated';

/** Who is asked, and in whose dialect. */
export type Source = 'federated' | 'postgres' | 'iceberg';

export const sources: readonly { readonly value: Source; readonly label: string }[] = [
  { value: 'federated', label: 'Federated' },
  { value: 'postgres', label: 'Postgres' },
  { value: 'iceberg', label: 'Iceberg' },
];

export const documents = { federated: FederatedSqlDocument, postgres: PostgresSqlDocument, iceberg: IcebergSqlDocument } as const;

export const dataSources = { federated: 'FEDERATED', postgres: 'POSTGRES', iceberg: 'ICEBERG' } as const;

export const sourceOf = (text: string | null): Source => sources.find((source) => source.value === text)?.value ?? 'federated';

/** Tables that a source has, by the name that statements give them, with their columns: what the editor completes. */
export function namesOf(tables: SqlNamesQuery['tables'], source: Source): Record<string, string[]> {
  const there = tables.filter((table) => source === 'federated' || table.dataSource === 'FEDERATED' || table.dataSource === dataSources[source]);
  return Object.fromEntries(there.map((table) => [table.namespace === 'default' ? table.name : `${table.namespace}.${table.name}`, table.columns.map((column) => column.name)]));
}
