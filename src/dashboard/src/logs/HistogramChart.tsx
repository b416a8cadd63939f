import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { countAxis, timeAxis } from '../ui/charts';
import { count, dateTime } from '../ui/format';
import classes from './Histogram.module.css';
import type { Stack } from './histogramData';
import { names, type Severity } from './levels';

interface Props {
  readonly stack: Stack;
  readonly from: Date;
  readonly to: Date;
  readonly palette: Readonly<Record<Severity, string>>;
  readonly select: (from: Date, to: Date) => void;
  readonly label: string;
}

export function HistogramChart({ stack, from, to, palette, select, label }: Props) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const [hovered, setHovered] = useState<number | null>(null);
  const chosen = useRef(select);
  chosen.current = select;
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const host = ref.current;
    if (host === null || width === 0 || height === 0) {
      return;
    }

    const text = scheme === 'dark' ? '#a3abb5' : '#566070';
    const line = scheme === 'dark' ? '#373a40' : '#e4e7eb';
    const chart = new uPlot({
      width, height,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true, range: () => [+from / 1000, +to / 1000] }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        timeAxis(text, line),
        { ...countAxis(text, line), size: 44, space: 18 },
      ],
      series: [{}, ...stack.severities.toReversed().map((severity) => ({
        fill: palette[severity], width: 0, points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.9, 60], align: 1 }),
      }))],
      hooks: {
        setCursor: [(plot) => { setHovered(plot.cursor.idx ?? null); }],
        setSelect: [(plot) => {
          const { left, width: chosenWidth } = plot.select;
          if (chosenWidth > 3) {
            chosen.current(new Date(plot.posToVal(left, 'x') * 1000), new Date(plot.posToVal(left + chosenWidth, 'x') * 1000));
          }

          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
      },
    }, stack.data, host);
    return () => { chart.destroy(); };
    // Times are compared as numbers: a Date is another object after each drawing.
  }, [ref, width, height, stack, +from, +to, palette, scheme]);

  return (
    <div className={classes.frame}>
      <div ref={ref} className={classes.chart} role="img" aria-label={label} />
      {hovered !== null && stack.counts[hovered] !== undefined && (
        <div className={classes.tip} aria-hidden="true">
          {dateTime(new Date(stack.data[0][hovered]! * 1000))}
          {stack.severities.map((severity, i) => (stack.counts[hovered]![i] === 0 ? null : <span key={severity}> · {names[severity]} {count(stack.counts[hovered]![i]!)}</span>))}
        </div>
      )}
    </div>
  );
}
