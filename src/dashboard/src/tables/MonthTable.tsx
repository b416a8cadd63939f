import { useQuery } from '@apollo/client/react';
import { Table } from '@mantine/core';
import { useMemo } from 'react';
import { bytes, count } from '../ui/format';
import { byMonth, dayOf, firstDay } from './heat';
import { TableDaysDocument } from './tables.generated';

/** The map of days in figures. */
export function MonthTable({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const from = useMemo(() => dayOf(firstDay(new Date())), []);
  const { data } = useQuery(TableDaysDocument, { variables: { namespace, name, from } });
  const months = useMemo(() => byMonth(data?.table?.days ?? []), [data]);
  return (
    <details>
      <summary style={{ fontSize: 13, cursor: 'pointer' }}>By month</summary>
      <Table verticalSpacing={2} fz="xs" maw={560}>
        <Table.Thead><Table.Tr><Table.Th>Month</Table.Th><Table.Th ta="right">Hot rows</Table.Th><Table.Th ta="right">Cold rows</Table.Th><Table.Th ta="right">Bytes</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {months.map((month) => (
            <Table.Tr key={month.month}><Table.Td>{month.month}</Table.Td><Table.Td ta="right">{count(month.hotRows)}</Table.Td><Table.Td ta="right">{count(month.coldRows)}</Table.Td><Table.Td ta="right">{bytes(month.bytes)}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
