import { Badge } from '@mantine/core';
import type { TableSummaryFragment } from './tables.generated';

const tiers = {
  FEDERATED: { label: 'tiered', color: 'indigo' },
  POSTGRES: { label: 'hot only', color: 'orange' },
  ICEBERG: { label: 'cold only', color: 'blue' },
  MATERIALIZED: { label: 'stored result', color: 'grape' },
  NONE: { label: 'nowhere', color: 'gray' },
} as const;

export function TierBadge({ source }: { readonly source: TableSummaryFragment['dataSource'] }) {
  return <Badge variant="light" radius="sm" color={tiers[source].color}>{tiers[source].label}</Badge>;
}
