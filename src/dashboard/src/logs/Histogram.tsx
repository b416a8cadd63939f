import { useQuery } from '@apollo/client/react';
import { ActionIcon, Button, Group, Text, Tooltip, useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import { failureOf } from '../api/failure';
import { compact, dateTime, plural } from '../ui/format';
import { Icon, type IconName } from '../ui/Icon';
import classes from './Histogram.module.css';
import { HistogramChart } from './HistogramChart';
import { stackOf } from './histogramData';
import { colors, names } from './levels';
import { LogHistogramDocument, type LogFilterInput } from './logs.generated';
import { shifted, widened, type Bounds, type TimeRange } from './timeRange';

const liveMilliseconds = 10_000;

interface Props {
  readonly where: LogFilterInput;
  readonly bounds: Bounds;
  /** When "now" was. */
  readonly asked: Date;
  readonly isTailing: boolean;
  readonly select: (from: Date, to: Date) => void;
}

/** Records per interval, stacked by level. A part of it is chosen by dragging over it, or by the buttons. */
export function Histogram({ where, bounds, asked, isTailing, select }: Props) {
  const { data, previousData, loading, error, refetch } = useQuery(LogHistogramDocument, {
    variables: { where }, fetchPolicy: 'no-cache', pollInterval: isTailing ? liveMilliseconds : 0, notifyOnNetworkStatusChange: true,
  });
  const shown = data ?? previousData;
  const stack = useMemo(() => stackOf(shown?.logHistogram ?? []), [shown]);
  const palette = colors[useComputedColorScheme('light')];
  const buckets = shown?.logHistogram ?? [];
  const from = bounds.from ?? (buckets[0] === undefined ? asked : new Date(buckets[0].from));
  const to = bounds.to ?? new Date(Math.max(+asked, +new Date(buckets.at(-1)?.to ?? asked)));

  if (error !== undefined && shown === undefined) {
    // Why is said by the list, which asks for the same.
    return (
      <Group className={classes.histogram} gap="xs" py={4}>
        <Text size="xs" c="dimmed" title={failureOf(error).detail}>These records could not be counted.</Text>
        <Button size="compact-xs" variant="default" onClick={() => { void refetch(); }}>Count again</Button>
      </Group>
    );
  }

  const go = (range: TimeRange) => {
    if (range.kind === 'between') {
      select(range.from, range.to);
    }
  };
  return (
    <section className={classes.histogram} aria-label="Records over time" aria-busy={loading}>
      <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
        <Group gap="2px 12px">
          <Text size="sm" fw={600} role="status" className={classes.total}>{shown === undefined ? 'Counting …' : plural(stack.total, 'record')}</Text>
          {stack.severities.map((severity, i) => (
            <Group key={severity} gap={4}>
              <span className={classes.swatch} style={{ background: palette[severity] }} />
              <Text size="xs">{names[severity]} {compact(stack.counts.reduce((sum, one) => sum + one[i]!, 0))}</Text>
            </Group>
          ))}
        </Group>
        <Group gap={2} wrap="nowrap">
          <Move label="Earlier" icon="back" onClick={() => { go(shifted({ from, to }, -1)); }} />
          <Move label="Later" icon="forward" isDisabled={+to >= +asked} onClick={() => { go(shifted({ from, to }, 1)); }} />
          <Move label="Zoom out" icon="zoomOut" onClick={() => { go(widened({ from, to }, new Date())); }} />
          <Move label="Zoom in" icon="zoomIn" onClick={() => { const quarter = (+to - +from) / 4; select(new Date(+from + quarter), new Date(+to - quarter)); }} />
        </Group>
      </Group>
      <HistogramChart stack={stack} from={from} to={to} palette={palette} select={select} label={`${plural(stack.total, 'record')} from ${dateTime(from)} to ${dateTime(to)}`} />
    </section>
  );
}

function Move({ label, icon, isDisabled = false, onClick }: { readonly label: string; readonly icon: IconName; readonly isDisabled?: boolean; readonly onClick: () => void }) {
  return <Tooltip label={label}><ActionIcon size={24} className={classes.move} aria-label={label} disabled={isDisabled} onClick={onClick}><Icon name={icon} size={14} /></ActionIcon></Tooltip>;
}
