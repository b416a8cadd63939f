import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { countAxis, timeAxis } from './charts';
import classes from './LineChart.module.css';

export interface Line {
  readonly label: string;
  /** Of light and of dark grounds. */
  readonly color: readonly [string, string];
  readonly dash?: readonly number[];
  /** Line: from one value to the next. Bars: each is of the time from its own to the next. Dots: a line with its values marked, for some have no neighbours to draw it to. */
  readonly as?: 'line' | 'bars' | 'dots';
}

/** How much of time a chart shows. */
export interface Span {
  readonly leastSeconds: number;
  /** After the last value, of which it is the figure. */
  readonly lastSeconds: number;
}

const usualSpan: Span = { leastSeconds: 60, lastSeconds: 0 };

/** From the first time to the last. (uPlot itself makes years of a single one.) */
function timesOf([times]: uPlot.AlignedData, { leastSeconds, lastSeconds }: Span): [number, number] {
  const end = (times.at(-1) ?? Date.now() / 1000) + lastSeconds;
  return [Math.min(times[0] ?? end, end - leastSeconds), end];
}

const bars = uPlot.paths.bars!({ size: [0.8, 40], align: 1 });

const seriesOf = ({ label, color, dash, as = 'line' }: Line, scheme: number): uPlot.Series => ({
  label,
  stroke: color[scheme]!,
  width: as === 'bars' ? 0 : 2,
  points: as === 'dots' ? { show: true, size: 6, fill: color[scheme]! } : { show: false },
  ...(dash === undefined ? {} : { dash: [...dash] }),
  ...(as === 'bars' ? { fill: color[scheme]!, paths: bars } : {}),
});

/** Small figures that are rounded say the same more than once. */
const withoutRepeats = (texts: readonly string[]): string[] => texts.map((text, i) => (text === texts[i - 1] ? '' : text));

/** Figures over time. `data` is times in seconds, then the values of each line. */
export function LineChart({ lines, data, format, label, span = usualSpan }: {
  readonly lines: readonly Line[];
  readonly data: uPlot.AlignedData;
  readonly span?: Span;
  /** Of figures that are no counts. */
  readonly format?: (value: number) => string;
  /** What is said of it to those who cannot see it. */
  readonly label: string;
}) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const chart = useRef<uPlot | null>(null);
  const latest = useRef({ data, span });
  latest.current = { data, span };
  const scheme = useComputedColorScheme('light') === 'light' ? 0 : 1;

  useEffect(() => {
    if (ref.current === null || width === 0 || height === 0) {
      return;
    }

    const text = ['#566070', '#a3abb5'][scheme]!;
    const grid = ['#e4e7eb', '#373a40'][scheme]!;
    chart.current = new uPlot({
      width, height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: true, range: () => timesOf(latest.current.data, latest.current.span) }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [timeAxis(text, grid), format === undefined ? { ...countAxis(text, grid), size: 60, space: 32 }
        : { stroke: text, grid: { stroke: grid }, ticks: { show: false }, size: 60, font: '11px system-ui', values: (_, ticks) => withoutRepeats(ticks.map(format)), space: 32 }],
      series: [{}, ...lines.map((line) => seriesOf(line, scheme))],
    }, latest.current.data, ref.current);
    return () => {
      chart.current?.destroy();
      chart.current = null;
    };
  }, [ref, width, height, scheme, lines, format]);
  useEffect(() => { chart.current?.setData(data); }, [data]);

  return (
    <figure className={classes.figure}>
      <figcaption className={classes.legend}>{lines.map((line) => <span key={line.label}><i style={{ background: line.color[scheme] }} />{line.label}</span>)}</figcaption>
      <div ref={ref} className={classes.chart} role="img" aria-label={label} />
    </figure>
  );
}
