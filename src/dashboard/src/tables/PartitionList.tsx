import { useQuery } from '@apollo/client/react';
import { UnstyledButton } from '@mantine/core';
import { bytes, count } from '../ui/format';
import { PagedTable, type Column } from './PagedTable';
import { partitionText } from './partitionText';
import classes from './Tables.module.css';
import { TablePartitionsDocument, type TablePartitionsQuery } from './tables.generated';

type Partition = NonNullable<TablePartitionsQuery['table']>['partitions']['nodes'][number];

/** What a table's cold files are divided into. Choosing one leads to its files. */
export function PartitionList({ namespace, name, choose }: { readonly namespace: string; readonly name: string; readonly choose: (path: string) => void }) {
  const { data, loading, error, refetch, fetchMore } = useQuery(TablePartitionsDocument, { variables: { namespace, name }, fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' });
  const list = data?.table?.partitions;
  const columns: readonly Column<Partition>[] = [
    { title: 'Partition', show: ({ path }) => <UnstyledButton fz="xs" className={classes.choice} title="Show its files" onClick={() => { choose(path); }}>{partitionText(path)}</UnstyledButton> },
    { title: 'Files', isFigure: true, show: ({ files }) => count(files) },
    { title: 'Rows', isFigure: true, show: ({ rows }) => count(rows) },
    { title: 'Size', isFigure: true, show: (partition) => bytes(partition.bytes) },
    { title: 'Average file', isFigure: true, show: (partition) => bytes(partition.bytes / partition.files) },
    { title: 'Delete files', isFigure: true, show: ({ deleteFiles }) => count(deleteFiles) },
    { title: 'Layout', isFigure: true, show: ({ specId }) => specId },
  ];
  const more = () => {
    fetchMore({
      variables: { after: list?.pageInfo.endCursor ?? null },
      updateQuery: (before, { fetchMoreResult: { table } }) => (before.table === null || table === null || before.table === undefined ? (before as TablePartitionsQuery) : {
        table: { ...table, partitions: { ...table.partitions, nodes: [...(before as TablePartitionsQuery).table!.partitions.nodes, ...table.partitions.nodes] } },
      }),
    }).catch(shown);
  };
  return (
    <PagedTable
      label="Partitions, newest first" what="partition" rows={list?.nodes ?? null} columns={columns} keyOf={({ path, specId }) => `${specId} ${path}`} total={list?.totalCount ?? null}
      isLoading={loading} error={error} retry={() => { void refetch(); }} more={list?.pageInfo.hasNextPage === true ? more : null}
    />
  );
}

/** The query's own state shows the error. */
const shown = (): void => undefined;
