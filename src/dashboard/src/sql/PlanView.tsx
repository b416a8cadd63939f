import { Code, Text } from '@mantine/core';
import { count } from '../ui/format';
import type { PlanPicture, TierPlan } from './plan';
import classes from './Plan.module.css';

/** Which tier gave what, and how the two were made one. */
export function PlanView({ picture }: { readonly picture: PlanPicture }) {
  return (
    <div className={classes.plan} role="region" aria-label="Plan" tabIndex={0}>
      <div className={classes.flow}>
        <div className={classes.tiers}>
          {picture.tiers.map((tier) => <Tier key={tier.tier} tier={tier} />)}
          {picture.tiers.length === 0 && <Text size="sm" c="dimmed">It reads no table.</Text>}
        </div>
        <div className={classes.arrow} aria-hidden="true" />
        <div className={classes.box}>
          <Text fw={600} size="sm">{picture.tiers.length > 1 ? 'Merged by DuckDB' : 'Result'}</Text>
          {picture.whole.map((fact) => <Text key={fact} size="xs">{fact}</Text>)}
        </div>
      </div>
      {picture.sql !== null && (
        <details>
          <summary>Statement that was run</summary>
          <Code block className={classes.sql}>{picture.sql}</Code>
        </details>
      )}
    </div>
  );
}

function Tier({ tier }: { readonly tier: TierPlan }) {
  return (
    <section className={classes.box} data-tier={tier.tier} aria-label={tier.title}>
      <Text fw={600} size="sm">{tier.title} <Text span size="xs" c="dimmed">{tier.tier}</Text></Text>
      {tier.share !== null && <div className={classes.bar}><i style={{ width: `${Math.max(2, tier.share * 100)}%` }} /></div>}
      {tier.facts.map((fact) => <Text key={fact} size="xs">{fact}</Text>)}
      {tier.pruned !== null && <Files {...tier.pruned} />}
      {tier.sql.length > 0 && (
        <details>
          <summary>Statement</summary>
          {tier.sql.map((sql) => <Code key={sql} block className={classes.sql}>{sql}</Code>)}
        </details>
      )}
    </section>
  );
}

const mostSquares = 120;

/** A square for each file, or for as many as a square stands for; those that are read are full. */
function Files({ read, total }: { readonly read: number; readonly total: number }) {
  const squares = Math.min(total, mostSquares);
  const full = read === 0 ? 0 : Math.max(1, Math.round((read / total) * squares));
  return (
    <>
      <Text size="xs">{count(read)} of {count(total)} files read, {count(total - read)} pruned</Text>
      <div className={classes.files} aria-hidden="true">{Array.from({ length: squares }, (_, i) => <i key={i} data-read={i < full || undefined} />)}</div>
    </>
  );
}
