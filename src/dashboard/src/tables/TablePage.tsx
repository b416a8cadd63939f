import { useQuery } from '@apollo/client/react';
import { Anchor, Group, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { JobList } from '../jobs/JobList';
import { useJobs } from '../jobs/useJobs';
import { Card } from '../ui/Card';
import { EmptyState, ErrorState, LoadingState } from '../ui/States';
import { useDocumentTitle } from '../ui/useDocumentTitle';
import { ColdLists } from './ColdLists';
import { Figures } from './Figures';
import { MonthTable } from './MonthTable';
import { TableActions } from './TableActions';
import { TableHeat } from './TableHeat';
import classes from './Tables.module.css';
import { TableDetailDocument, type TableDetailQuery } from './tables.generated';
import { TierBadge } from './TierBadge';

type Detail = NonNullable<TableDetailQuery['table']>;

export function TablePage() {
  const { namespace = '', name = '' } = useParams();
  useDocumentTitle(name);
  const { data, error, refetch } = useQuery(TableDetailDocument, { variables: { namespace, name }, fetchPolicy: 'cache-and-network' });
  const { jobs } = useJobs();
  const [changes, setChanges] = useState(0);
  if (data === undefined) {
    return error === undefined ? <LoadingState label={`Reading ${name}`} /> : <ErrorState error={error} retry={() => { void refetch(); }} />;
  }

  const { table } = data;
  if (table === null) {
    return <EmptyState icon="tables" title={`There is no table ${namespace}.${name}`}>Here are <Anchor component={Link} to="/tables" underline="always">those that there are</Anchor>.</EmptyState>;
  }

  const own = (jobs ?? []).filter((job) => job.tableName === (namespace === 'default' ? name : `${namespace}.${name}`));
  return (
    <div className={classes.page}>
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Anchor component={Link} to="/tables" size="sm">Tables</Anchor>
          <Text c="dimmed" aria-hidden="true">/</Text>
          <Title order={1} size="h3">{namespace === 'default' ? '' : `${namespace}.`}{name}</Title>
          <TierBadge source={table.dataSource} />
        </Group>
        <TableActions table={table} jobs={own} onOver={() => { void refetch(); setChanges((before) => before + 1); }} />
      </Group>
      <Card label="Figures"><Figures table={table} /></Card>
      {table.dataSource !== 'POSTGRES' && (
        <Card label="Days by tier">
          <TableHeat namespace={namespace} name={name} boundary={table.boundary} />
          <MonthTable namespace={namespace} name={name} />
        </Card>
      )}
      {own.length > 0 && <Card label="Jobs"><JobList jobs={own.slice(0, 5)} /></Card>}
      <Card label="Layout">
        <Text size="sm">{table.partitionBy.length > 0 ? <>Cold files are divided by <code>{table.partitionBy.join(', ')}</code>.</> : table.timeColumn !== null ? <>Divided by day or month of <code>{table.timeColumn}</code>.</> : 'Not divided.'}</Text>
        <Text size="sm">{table.primaryKey.length > 0 ? <>Rows are told apart by <code>{table.primaryKey.join(', ')}</code>.</> : 'It has no primary key.'}</Text>
        <Columns table={table} />
      </Card>
      {table.dataSource !== 'POSTGRES' && <ColdLists key={changes} namespace={namespace} name={name} />}
    </div>
  );
}

function Columns({ table }: { readonly table: Detail }) {
  return (
    <div className={classes.wide} tabIndex={0} role="region" aria-label="Columns">
      <Table mt="xs" verticalSpacing={4} fz="xs">
        <Table.Thead><Table.Tr><Table.Th>Column</Table.Th><Table.Th>Type</Table.Th><Table.Th>Null</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {table.columns.map((column) => (
            <Table.Tr key={column.name}><Table.Td><code>{column.name}</code></Table.Td><Table.Td>{column.type}</Table.Td><Table.Td>{column.nullable ? 'allowed' : 'never'}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
