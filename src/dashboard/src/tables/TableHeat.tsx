import { useQuery } from '@apollo/client/react';
import { Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { plural } from '../ui/format';
import { ErrorState } from '../ui/States';
import { dayOf, firstDay, heatMap, type Metric } from './heat';
import { HeatStrip } from './HeatStrip';
import classes from './Tables.module.css';
import { TableDaysDocument } from './tables.generated';

/** Where a table's days lie, by rows or by bytes. */
export function TableHeat({ namespace, name, boundary }: { readonly namespace: string; readonly name: string; readonly boundary: string | null }) {
  const today = useMemo(() => new Date(), []);
  const { data, error, refetch } = useQuery(TableDaysDocument, { variables: { namespace, name, from: dayOf(firstDay(today)) } });
  const [metric, setMetric] = useState<Metric>('rows');
  const days = data?.table?.days;
  const map = useMemo(() => (days === undefined ? null : heatMap(days, metric, today)), [days, metric, today]);
  if (error !== undefined) {
    return <ErrorState error={error} retry={() => { void refetch(); }} />;
  }

  if (map === null || days === undefined) {
    return <div role="status" aria-label="Reading the days"><Skeleton height={120} /></div>;
  }

  if (days.length === 0) {
    return <Text size="sm" c="dimmed">Its rows have no day: it has no time column, or no rows in the last two years.</Text>;
  }

  return (
    <>
      <Group gap="md" justify="space-between" mb={4}>
        <Group gap="sm">
          <span className={classes.legend}><i data-tier="hot" />hot</span>
          <span className={classes.legend}><i data-tier="cold" />cold</span>
          {boundary !== null && <span className={classes.legend}><i data-tier="boundary" />boundary</span>}
          <span className={classes.legend}>less{[1, 2, 3, 4].map((level) => <i key={level} data-level={level} />)}more</span>
        </Group>
        <SegmentedControl size="xs" aria-label={`What the map of ${name} shows`} value={metric} data={[{ value: 'rows', label: 'Rows' }, { value: 'bytes', label: 'Bytes' }]} onChange={(value) => { setMetric(value as Metric); }} />
      </Group>
      <HeatStrip map={map} boundary={boundary?.slice(0, 10) ?? null} label={`Days of ${name} by tier over two years: ${plural(days.length, 'day')} with rows`} />
    </>
  );
}
