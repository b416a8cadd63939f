import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { bytes, count, dateTime } from '../ui/format';
import { PagedTable, type Column } from './PagedTable';
import { TableSnapshotsDocument, type TableSnapshotsQuery } from './tables.generated';

type Snapshot = NonNullable<TableSnapshotsQuery['table']>['snapshots'][number];

const page = 50;

function figure({ summary }: Snapshot, key: string, show = count): string {
  const value = Number((summary as Readonly<Record<string, string>>)[key]);
  return isNaN(value) ? '' : show(value);
}

const columns: readonly Column<Snapshot>[] = [
  { title: 'Committed', show: ({ committedAt }) => dateTime(new Date(committedAt)) },
  { title: 'What it did', show: ({ operation }) => operation },
  { title: 'Files added', isFigure: true, show: (snapshot) => figure(snapshot, 'added-data-files') },
  { title: 'Files removed', isFigure: true, show: (snapshot) => figure(snapshot, 'deleted-data-files') },
  { title: 'Files then', isFigure: true, show: (snapshot) => figure(snapshot, 'total-data-files') },
  { title: 'Rows then', isFigure: true, show: (snapshot) => figure(snapshot, 'total-records') },
  { title: 'Size then', isFigure: true, show: (snapshot) => figure(snapshot, 'total-files-size', bytes) },
  { title: 'Id', show: ({ id }) => <code>{id}</code> },
];

/** The states of a table that can still be read. They are few, and asked for by how many: what is read is read again. */
export function SnapshotList({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const [first, setFirst] = useState(page);
  const { data, previousData, loading, error, refetch } = useQuery(TableSnapshotsDocument, { variables: { namespace, name, first }, fetchPolicy: 'cache-and-network' });
  const rows = (data ?? previousData)?.table?.snapshots ?? null;
  return (
    <PagedTable
      label="Snapshots, newest first" what="snapshot" rows={rows} columns={columns} keyOf={({ id }) => id} total={null} isLoading={loading} error={error} retry={() => { void refetch(); }}
      more={rows === null || rows.length < first ? null : () => { setFirst(first + page); }}
    />
  );
}
