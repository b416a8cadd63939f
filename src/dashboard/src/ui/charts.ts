import type uPlot from 'uplot';
import { compact } from './format';

const daySeconds = 86_400;
const monthDay = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric' });
const month = new Intl.DateTimeFormat('en-US', { month: 'short', year: 'numeric' });

/** What a tick of a time axis says: the time, at midnight the day. `increment` is the distance of ticks in seconds. */
export function tickText(seconds: number, increment: number): string {
  const at = new Date(seconds * 1000);
  if (increment >= 28 * daySeconds) {
    return month.format(at);
  }

  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0;
  if (increment >= daySeconds || isMidnight) {
    return monthDay.format(at);
  }

  const text = [at.getHours(), at.getMinutes(), ...(increment < 60 ? [at.getSeconds()] : [])];
  return text.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Steps of an axis of things that come whole: there is no half a query. */
const wholeSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/** Figures that are counts. */
export const countAxis = (text: string, line: string): uPlot.Axis => ({
  stroke: text,
  grid: { stroke: line },
  ticks: { show: false },
  font: '11px system-ui',
  incrs: wholeSteps,
  values: (_, ticks) => ticks.map(compact),
});

/** Times in the browser's time zone, with hours up to 24. */
export const timeAxis = (text: string, line: string): uPlot.Axis => ({
  stroke: text,
  grid: { show: false },
  ticks: { stroke: line },
  size: 26,
  space: 64,
  font: '11px system-ui',
  values: (_, ticks, __, ___, increment) => ticks.map((tick) => tickText(tick, increment)),
});
