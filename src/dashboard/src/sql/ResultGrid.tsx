import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { isNumeric, textOf, widthOf } from './cell';
import type { SqlResultFragment } from './sql.generated';
import classes from './Sql.module.css';

const rowHeight = 28;
/** Of the widest of the usual fonts, in 12.5 pixels. */
const characterWidth = 7.8;

/** Rows of a result, of which only those in sight are in the page. */
export function ResultGrid({ result }: { readonly result: SqlResultFragment }) {
  const rows = result.data as readonly Readonly<Record<string, unknown>>[];
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => result.columns.map((column) => Math.round(widthOf(column.name, column.type, rows) * characterWidth)), [result.columns, rows]);
  const lines = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10 });
  const across = useVirtualizer({ count: widths.length, getScrollElement: () => scroller.current, estimateSize: (i) => widths[i]!, overscan: 3, horizontal: true });
  const columns = across.getVirtualItems();
  const width = across.getTotalSize();

  return (
    <div ref={scroller} className={classes.grid} role="region" aria-label="Result" tabIndex={0}>
      <div role="table" aria-label="Rows" aria-rowcount={rows.length + 1} aria-colcount={widths.length} style={{ width, minWidth: '100%' }}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.headRow}>
            {columns.map((column) => {
              const { name, type } = result.columns[column.index]!;
              return (
                <div key={column.key} role="columnheader" aria-colindex={column.index + 1} className={classes.headCell} style={{ left: column.start, width: column.size }} title={`${name}: ${type}`}>
                  <b>{name}</b> <small>{type.toLowerCase()}</small>
                </div>
              );
            })}
          </div>
        </div>
        <div role="rowgroup" className={classes.rows} style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map((line) => (
            <div key={line.key} role="row" aria-rowindex={line.index + 2} className={classes.row} style={{ transform: `translateY(${line.start}px)`, width }}>
              {columns.map((column) => {
                const { name, type } = result.columns[column.index]!;
                const value = rows[line.index]![name];
                return (
                  <div
                    key={column.key} role="cell" aria-colindex={column.index + 1} className={classes.cell} data-null={value === null || undefined} data-number={isNumeric(type) || undefined}
                    style={{ left: column.start, width: column.size }} title={textOf(value, type)}
                  >
                    {textOf(value, type)}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
