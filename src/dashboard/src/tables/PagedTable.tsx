import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { plural } from '../ui/format';
import { ErrorState } from '../ui/States';
import classes from './Tables.module.css';

export interface Column<Row> {
  readonly title: string;
  readonly isFigure?: boolean;
  readonly show: (row: Row) => ReactNode;
}

interface Props<Row> {
  /** What it lists, for those who cannot see it. */
  readonly label: string;
  readonly what: string;
  /** Null: not there yet. */
  readonly rows: readonly Row[] | null;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** How many there are, those not read yet included; null: that is not known. */
  readonly total: number | null;
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  /** Reads on; null: there are no more. */
  readonly more: (() => void) | null;
}

/** A list that is read page by page. */
export function PagedTable<Row>({ label, what, rows, columns, keyOf, total, isLoading, error, retry, more }: Props<Row>) {
  if (rows === null) {
    return error === undefined ? <div role="status" aria-label={`Reading ${label}`}><Skeleton height={120} /></div> : <ErrorState error={error} retry={retry} />;
  }

  if (rows.length === 0) {
    return <Text size="sm" c="dimmed">None: nothing of it lies in the cold tier.</Text>;
  }

  return (
    <>
      <div className={classes.wide} tabIndex={0} role="region" aria-label={label}>
        <Table verticalSpacing={4} fz="xs">
          <Table.Thead><Table.Tr>{columns.map(({ title, isFigure }) => <Table.Th key={title} ta={isFigure === true ? 'right' : undefined}>{title}</Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {rows.map((row) => <Table.Tr key={keyOf(row)}>{columns.map(({ title, isFigure, show }) => <Table.Td key={title} ta={isFigure === true ? 'right' : undefined}>{show(row)}</Table.Td>)}</Table.Tr>)}
          </Table.Tbody>
        </Table>
      </div>
      {error !== undefined && <ErrorState error={error} retry={retry} />}
      <Group gap="sm" mt="xs">
        <Text size="xs" c="dimmed">{total === null ? plural(rows.length, what) : rows.length < total ? `${rows.length} of ${plural(total, what)}` : plural(total, what)}</Text>
        {more !== null && <Button size="compact-xs" variant="default" loading={isLoading} onClick={more}>Show more</Button>}
      </Group>
    </>
  );
}
