import { useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { Card } from '../ui/Card';
import { duration, plural } from '../ui/format';
import { LineChart, type Line } from '../ui/LineChart';
import { ErrorState, LoadingState } from '../ui/States';
import classes from './Operations.module.css';
import { QueryMetricsDocument } from './operations.generated';
import { byTier, type TierSeries } from './samples';

const everyMilliseconds = 15_000;
/** Of the time axis, however little has been asked. */
const leastSeconds = 900;
const names: Readonly<Record<TierSeries['tier'], string>> = { POSTGRES: 'Hot tier', ICEBERG: 'Cold tier', FEDERATED: 'Both tiers', MATERIALIZED: 'Stored results', NONE: 'Neither tier' };
const counts: readonly Line[] = [{ label: 'Queries', color: ['#4263eb', '#91a7ff'], as: 'bars' }, { label: 'Errors', color: ['#c92a2a', '#ff8787'], as: 'bars' }];
const times: readonly Line[] = [{ label: 'Median (p50)', color: ['#2b8a3e', '#8ce99a'], as: 'dots' }, { label: 'Slowest of 100 (p99)', color: ['#d9480f', '#ffa94d'], dash: [6, 4], as: 'dots' }];

/** How many queries each tier answered, and how fast. */
export function QueryMetricsCard() {
  const { data, error, refetch } = useQuery(QueryMetricsDocument, { pollInterval: everyMilliseconds, fetchPolicy: 'no-cache' });
  const tiers = useMemo(() => byTier(data?.queryMetrics ?? [], Date.now() / 1000), [data]);

  if (data === undefined) {
    return <Card label="Queries">{error === undefined ? <LoadingState label="Reading the figures" /> : <ErrorState error={error} retry={() => { void refetch(); }} />}</Card>;
  }

  return (
    <Card label="Queries">
      {tiers.length === 0 && <Text size="sm" c="dimmed">Nothing has been asked of late.</Text>}
      {tiers.map((tier) => ({ ...tier, span: { leastSeconds, lastSeconds: tier.intervalSeconds } })).map((tier) => (
        <section key={tier.tier} aria-label={names[tier.tier]}>
          <Text fw={600} size="sm" mt="xs">{names[tier.tier]}</Text>
          <div className={classes.columns}>
            <LineChart lines={counts} data={[[...tier.at], [...tier.queries], [...tier.errors]]} span={tier.span} label={`${names[tier.tier]}: ${plural(sum(tier.queries), 'query', 'queries')}, ${plural(sum(tier.errors), 'error')}`} />
            <LineChart lines={times} data={[[...tier.at], [...tier.p50], [...tier.p99]]} span={tier.span} format={duration} label={`${names[tier.tier]}: lately half within ${duration(last(tier.p50))}, 99 of 100 within ${duration(last(tier.p99))}`} />
          </div>
        </section>
      ))}
    </Card>
  );
}

const last = (values: readonly (number | null)[]): number => values.findLast((value) => value !== null) ?? 0;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
