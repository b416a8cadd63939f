import { useQuery } from '@apollo/client/react';
import { Button, Group, Text } from '@mantine/core';
import { bytes, count, dateTime } from '../ui/format';
import { PagedTable, type Column } from './PagedTable';
import { partitionText } from './partitionText';
import classes from './Tables.module.css';
import { TableFilesDocument, type TableFilesQuery } from './tables.generated';

type File = NonNullable<TableFilesQuery['table']>['files']['nodes'][number];

const columns: readonly Column<File>[] = [
  { title: 'Added', show: ({ addedAt }) => (addedAt === null ? 'long ago' : dateTime(new Date(addedAt))) },
  { title: 'Partition', show: ({ partition }) => partitionText(partition) },
  { title: 'Rows', isFigure: true, show: ({ rows }) => count(rows) },
  { title: 'Size', isFigure: true, show: (file) => bytes(file.bytes) },
  { title: 'Delete files', isFigure: true, show: ({ deleteFiles }) => count(deleteFiles) },
  { title: 'File', show: ({ path }) => <code className={classes.path} title={path}>{path.split('/').at(-1)}</code> },
];

/** The data files of a table, or of one of its partitions. */
export function FileList({ namespace, name, partition, all }: { readonly namespace: string; readonly name: string; readonly partition: string | null; readonly all: () => void }) {
  const { data, loading, error, refetch, fetchMore } = useQuery(TableFilesDocument, { variables: { namespace, name, partition }, fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' });
  const list = data?.table?.files;
  const more = () => {
    fetchMore({
      variables: { after: list?.pageInfo.endCursor ?? null },
      updateQuery: (before, { fetchMoreResult: { table } }) => (before.table === null || table === null || before.table === undefined ? (before as TableFilesQuery) : {
        table: { ...table, files: { ...table.files, nodes: [...(before as TableFilesQuery).table!.files.nodes, ...table.files.nodes] } },
      }),
    }).catch(shown);
  };
  return (
    <>
      {partition !== null && (
        <Group gap="sm" mb="xs">
          <Text size="sm">Of <strong>{partitionText(partition)}</strong></Text>
          <Button size="compact-xs" variant="default" onClick={all}>All files</Button>
        </Group>
      )}
      <PagedTable
        label="Files, newest first" what="file" rows={list?.nodes ?? null} columns={columns} keyOf={({ path }) => path} total={list?.totalCount ?? null}
        isLoading={loading} error={error} retry={() => { void refetch(); }} more={list?.pageInfo.hasNextPage === true ? more : null}
      />
    </>
  );
}

/** The query's own state shows the error. */
const shown = (): void => undefined;
