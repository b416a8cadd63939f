import type { TableDaysQuery } from './tables.generated';

export type TableDay = NonNullable<TableDaysQuery['table']>['days'][number];
export type Metric = 'rows' | 'bytes';

/** One day of the map. Levels go from 0, nothing, to 4, as much as on the fullest day. */
export interface Cell {
  readonly day: string;
  /** Columns are weeks, rows the days from Monday on. */
  readonly week: number;
  readonly weekday: number;
  readonly hot: Amount;
  readonly cold: Amount;
}

export interface Amount {
  readonly rows: number;
  readonly bytes: number;
  readonly level: number;
}

export interface HeatMap {
  readonly cells: readonly Cell[];
  readonly weeks: number;
  /** Where months begin, by the week. */
  readonly months: readonly { readonly week: number; readonly name: string }[];
}

const dayMilliseconds = 86_400_000;
const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The Monday two years before. Days are UTC's, as partitions are. */
export function firstDay(today: Date): Date {
  const start = new Date(+today - 729 * dayMilliseconds);
  return new Date(Date.parse(dayOf(start)) - weekdayOf(start) * dayMilliseconds);
}

export function heatMap(days: readonly TableDay[], metric: Metric, today: Date): HeatMap {
  const start = firstDay(today);
  const most = Math.max(1, ...days.map((day) => day[metric]));
  const hot = new Map<string, TableDay>();
  const cold = new Map<string, TableDay>();
  for (const day of days) {
    (day.tier === 'POSTGRES' ? hot : cold).set(day.day, day);
  }

  const cells: Cell[] = [];
  const months: { week: number; name: string }[] = [];
  const last = Date.parse(dayOf(today));
  for (let i = 0, at = +start; at <= last; i++, at += dayMilliseconds) {
    const date = new Date(at);
    const day = dayOf(date);
    const week = Math.floor(i / 7);
    cells.push({ day, week, weekday: i % 7, hot: amountOf(hot.get(day), metric, most), cold: amountOf(cold.get(day), metric, most) });
    if (date.getUTCDate() === 1) {
      months.push({ week, name: date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : names[date.getUTCMonth()]! });
    }
  }

  return { cells, weeks: (cells.at(-1)?.week ?? 0) + 1, months };
}

function amountOf(day: TableDay | undefined, metric: Metric, most: number): Amount {
  if (day === undefined) {
    return { rows: 0, bytes: 0, level: 0 };
  }

  // By the root: days of little are told from days of nothing, and from one another.
  return { rows: day.rows, bytes: day.bytes, level: day.rows === 0 && day.bytes === 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(day[metric] / most) * 4)) };
}

const weekdayOf = (at: Date): number => (at.getUTCDay() + 6) % 7;

/** Rows and bytes per month and tier, for those who cannot see the map. */
export function byMonth(days: readonly TableDay[]): readonly { readonly month: string; readonly hotRows: number; readonly coldRows: number; readonly bytes: number }[] {
  const months = new Map<string, { hotRows: number; coldRows: number; bytes: number }>();
  for (const day of days) {
    const month = day.day.slice(0, 7);
    const sum = months.get(month) ?? { hotRows: 0, coldRows: 0, bytes: 0 };
    sum[day.tier === 'POSTGRES' ? 'hotRows' : 'coldRows'] += day.rows;
    sum.bytes += day.bytes;
    months.set(month, sum);
  }

  return [...months].sort(([one], [other]) => other.localeCompare(one)).map(([month, sum]) => ({ month, ...sum }));
}
