import { useQuery } from '@apollo/client/react';
import { Group, Title } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyState, ErrorState, LoadingState } from '../ui/States';
import { useDocumentTitle } from '../ui/useDocumentTitle';
import { Figures } from './Figures';
import { TableHeat } from './TableHeat';
import classes from './Tables.module.css';
import { TablesDocument } from './tables.generated';
import { TierBadge } from './TierBadge';

export function TablesPage() {
  useDocumentTitle('Tables');
  const { data, error, refetch } = useQuery(TablesDocument, { fetchPolicy: 'cache-and-network' });
  if (data === undefined) {
    return error === undefined ? <LoadingState label="Reading the tables" /> : <ErrorState error={error} retry={() => { void refetch(); }} />;
  }

  if (data.tables.length === 0) {
    return <EmptyState icon="tables" title="There are no tables yet">Load one with <code>./run.sh load --help</code>, or make a PostgreSQL table a tiered one with the mutation <code>configureTiering</code>.</EmptyState>;
  }

  return (
    <div className={classes.page}>
      <Title order={1} size="h3">Tables</Title>
      {data.tables.map((table) => (
        <section key={`${table.namespace}.${table.name}`} className={classes.card} aria-label={`${table.namespace}.${table.name}`}>
          <Group gap="sm" mb="xs">
            <Link className={classes.name} to={`/tables/${encodeURIComponent(table.namespace)}/${encodeURIComponent(table.name)}`}>{table.namespace === 'default' ? '' : `${table.namespace}.`}{table.name}</Link>
            <TierBadge source={table.dataSource} />
          </Group>
          <Figures table={table} />
          {table.dataSource !== 'POSTGRES' && <div style={{ marginTop: 12 }}><TableHeat namespace={table.namespace} name={table.name} boundary={table.boundary} /></div>}
        </section>
      ))}
    </div>
  );
}
