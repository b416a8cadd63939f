import { memo, useLayoutEffect, useRef, useState } from 'react';
import { bytes, plural } from '../ui/format';
import type { Cell, HeatMap } from './heat';
import classes from './HeatStrip.module.css';

const step = 12;
const size = 10;
const top = 16;

/** Days by tier over two years: weeks from left to right. A day that lies in both tiers is divided. */
export const HeatStrip = memo(function HeatStrip({ map, label, boundary }: { readonly map: HeatMap; readonly label: string; readonly boundary: string | null }) {
  const [hovered, setHovered] = useState<Cell | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  // Where it is wider than the window the newest days are what is looked for.
  useLayoutEffect(() => { scroller.current?.scrollTo({ left: scroller.current.scrollWidth }); }, []);
  return (
    <div>
      <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label={label}>
        <svg
          className={classes.strip} viewBox={`0 0 ${map.weeks * step} ${7 * step + top}`} role="img" aria-label={label} onMouseLeave={() => { setHovered(null); }}
          onMouseOver={(event) => { setHovered(map.cells.find((cell) => cell.day === (event.target as SVGElement).dataset.day) ?? null); }}
        >
          {map.months.map(({ week, name }) => <text key={week} x={week * step} y={10} className={classes.month}>{name}</text>)}
          {map.cells.map((cell) => <Day key={cell.day} cell={cell} isBoundary={cell.day === boundary} />)}
        </svg>
      </div>
      <p className={classes.tip}>{hovered === null ? 'Point at a day to see what is in it.' : textOf(hovered)}</p>
    </div>
  );
});

function Day({ cell, isBoundary }: { readonly cell: Cell; readonly isBoundary: boolean }) {
  const [x, y] = [cell.week * step, cell.weekday * step + top];
  const isBoth = cell.hot.level > 0 && cell.cold.level > 0;
  const tier = cell.hot.level > 0 ? 'hot' : cell.cold.level > 0 ? 'cold' : 'none';
  return (
    <>
      <rect x={x} y={y} width={size} height={size} rx={2} data-day={cell.day} data-tier={tier} data-level={cell.hot.level || cell.cold.level} className={classes.day} />
      {isBoth && <rect x={x} y={y + size / 2} width={size} height={size / 2} rx={1} data-day={cell.day} data-tier="cold" data-level={cell.cold.level} className={classes.day} />}
      {isBoundary && <rect x={x - 1} y={y - 1} width={size + 2} height={size + 2} rx={3} className={classes.halo} />}
      {isBoundary && <rect x={x - 1} y={y - 1} width={size + 2} height={size + 2} rx={3} className={classes.boundary} />}
    </>
  );
}

function textOf(cell: Cell): string {
  const parts = [
    ...(cell.hot.level > 0 ? [`hot ${plural(cell.hot.rows, 'row')}, ${bytes(cell.hot.bytes)}`] : []),
    ...(cell.cold.level > 0 ? [`cold ${plural(cell.cold.rows, 'row')}, ${bytes(cell.cold.bytes)}`] : []),
  ];
  return `${cell.day}: ${parts.length === 0 ? 'nothing' : parts.join('; ')}`;
}
