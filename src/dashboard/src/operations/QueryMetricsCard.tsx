import { skipToken, useQuery } from '@apollo/client/react';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { Card } from '../ui/Card';
import { compact, duration, plural } from '../ui/format';
import { LineChart, type Line } from '../ui/LineChart';
import { ErrorState, LoadingState } from '../ui/States';
import classes from './Operations.module.css';
import { QueryFieldsDocument, QueryMetricsDocument } from './operations.generated';
import { byTier, type TierSeries } from './samples';

const everyMilliseconds = 15_000;
const names: Readonly<Record<TierSeries['tier'], string>> = { POSTGRES: 'Hot tier', ICEBERG: 'Cold tier', FEDERATED: 'Both tiers', MATERIALIZED: 'Stored results', NONE: 'Neither tier' };
const counts: readonly Line[] = [{ label: 'Queries', color: ['#4263eb', '#91a7ff'] }, { label: 'Errors', color: ['#c92a2a', '#ff8787'], dash: [6, 4] }];
const times: readonly Line[] = [{ label: 'Half are faster than', color: ['#2b8a3e', '#8ce99a'] }, { label: '99 of 100 are', color: ['#d9480f', '#ffa94d'], dash: [6, 4] }];

/** How many queries each tier answered, and how fast. */
export function QueryMetricsCard() {
  // Gateways of before have no such field, and would refuse the whole request.
  const { data: schema, error: unread } = useQuery(QueryFieldsDocument);
  const isKept = schema?.__type?.fields?.some((field) => field.name === 'queryMetrics');
  const { data, error = unread, refetch } = useQuery(QueryMetricsDocument, isKept === true ? { pollInterval: everyMilliseconds, fetchPolicy: 'no-cache' } : skipToken);
  const tiers = useMemo(() => byTier(data?.queryMetrics ?? []), [data]);
  if (isKept === false) {
    return <Card label="Queries"><Text size="sm" c="dimmed">This gateway keeps no figures of its queries; those for OpenTelemetry are in docs/telemetry.md.</Text></Card>;
  }

  if (data === undefined) {
    return <Card label="Queries">{error === undefined ? <LoadingState label="Reading the figures" /> : <ErrorState error={error} retry={() => { void refetch(); }} />}</Card>;
  }

  return (
    <Card label="Queries">
      {tiers.length === 0 && <Text size="sm" c="dimmed">Nothing has been asked in the last hour.</Text>}
      {tiers.map((tier) => (
        <section key={tier.tier} aria-label={names[tier.tier]}>
          <Text fw={600} size="sm" mt="xs">{names[tier.tier]}</Text>
          <div className={classes.columns}>
            <LineChart lines={counts} data={[[...tier.at], [...tier.queries], [...tier.errors]]} format={compact} label={`${names[tier.tier]}: ${plural(sum(tier.queries), 'query', 'queries')}, ${plural(sum(tier.errors), 'error')}`} />
            <LineChart lines={times} data={[[...tier.at], [...tier.p50], [...tier.p99]]} format={duration} label={`${names[tier.tier]}: lately half within ${duration(tier.p50.at(-1) ?? 0)}, 99 of 100 within ${duration(tier.p99.at(-1) ?? 0)}`} />
          </div>
        </section>
      ))}
    </Card>
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
