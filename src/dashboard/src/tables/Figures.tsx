import { bytes, compact, count } from '../ui/format';
import classes from './Tables.module.css';
import type { TableSummaryFragment } from './tables.generated';

/** How much of a table lies where. */
export function Figures({ table }: { readonly table: TableSummaryFragment }) {
  const figures: readonly (readonly [string, string])[] = [
    ...(table.dataSource === 'ICEBERG' ? [] : [['Hot rows (estimate)', compact(table.hotRows)], ['Hot bytes', bytes(table.hotBytes)]] as const),
    ...(table.dataSource === 'POSTGRES' ? [] : [
      ['Cold rows', count(table.coldRows)], ['Cold bytes', bytes(table.coldBytes)],
      ['Cold files', count(table.coldFiles)], ...(table.coldFiles === 0 ? [] : [['Average file', bytes(table.coldBytes / table.coldFiles)] as const]),
    ] as const),
    ...(table.boundary === null ? [] : [['Cold before (UTC)', table.boundary.slice(0, 10)]] as const),
    ...(table.hotDays === null ? [] : [['Stays hot', `${table.hotDays} days`]] as const),
    ...(table.coldDays === null ? [] : [['Deleted after', `${table.coldDays} days`]] as const),
  ];
  return (
    <dl className={classes.figures}>
      {figures.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}
