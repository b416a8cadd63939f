import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeAxis } from './charts';
import classes from './LineChart.module.css';

export interface Line {
  readonly label: string;
  /** Of light and of dark grounds. */
  readonly color: readonly [string, string];
  readonly dash?: readonly number[];
}

/** Of the time axis. */
const leastSeconds = 60;

/** From the first time to the last. (uPlot itself makes years of a single one.) */
function timesOf([times]: uPlot.AlignedData): [number, number] {
  const last = times.at(-1) ?? Date.now() / 1000;
  return [Math.min(times[0] ?? last, last - leastSeconds), last];
}

/** Small figures that are rounded say the same more than once. */
const withoutRepeats = (texts: readonly string[]): string[] => texts.map((text, i) => (text === texts[i - 1] ? '' : text));

/** Figures over time. `data` is times in seconds, then the values of each line. */
export function LineChart({ lines, data, format, label }: {
  readonly lines: readonly Line[];
  readonly data: uPlot.AlignedData;
  readonly format: (value: number) => string;
  /** What is said of it to those who cannot see it. */
  readonly label: string;
}) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;
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
      scales: { x: { time: true, range: () => timesOf(latest.current) }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [timeAxis(text, grid), { stroke: text, grid: { stroke: grid }, ticks: { show: false }, size: 60, font: '11px system-ui', values: (_, ticks) => withoutRepeats(ticks.map(format)), space: 32 }],
      series: [{}, ...lines.map((line) => ({ label: line.label, stroke: line.color[scheme], width: 2, points: { show: false }, ...(line.dash === undefined ? {} : { dash: [...line.dash] }) }))],
    }, latest.current, ref.current);
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
