import { Button, Loader, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { plural } from '../ui/format';
import { EmptyState, ErrorState, LoadingState } from '../ui/States';
import type { Condition } from './condition';
import classes from './LogList.module.css';
import { LogRow } from './LogRow';
import { linesOf, type Entry, type Line } from './records';

interface Props {
  readonly pages: { readonly entries: readonly Entry[]; readonly hasMore: boolean; readonly isLoading: boolean; readonly error: unknown; readonly loadMore: () => void };
  readonly tail: { readonly entries: readonly Entry[]; readonly dropped: number; readonly waiting: number; readonly flush: () => void };
  readonly boundary: Date | null;
  readonly isTailing: boolean;
  readonly isPaused: boolean;
  readonly onScrolled: (isScrolled: boolean) => void;
  readonly refresh: () => void;
  readonly add: (condition: Condition) => void;
  readonly showAround: (entry: Entry) => void;
  readonly clear: () => void;
  readonly hasFilter: boolean;
  readonly widen: () => void;
  readonly isAllTime: boolean;
}

const rowHeight = 30;
/** The next page is asked for so many rows before the end. */
const ahead = 30;

export function LogList(props: Props) {
  const { pages, tail, boundary, isTailing, onScrolled, add, showAround } = props;
  const lines = useMemo(() => linesOf(tail.entries, tail.dropped, pages.entries, boundary), [tail.entries, tail.dropped, pages.entries, boundary]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const keyOf = useCallback((index: number) => keyOfLine(lines[index]), [lines]);
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12, getItemKey: keyOf });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= lines.length - ahead && pages.error === null) {
      pages.loadMore();
    }
  }, [last, lines.length, pages]);

  const toggle = useCallback((id: string) => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) {
        next.add(id);
      }

      return next;
    });
  }, []);

  if (lines.length === 0) {
    return <div className={classes.scroller}><Nothing {...props} /></div>;
  }

  return (
    <div className={classes.frame}>
      {tail.waiting > 0 && (
        <Button className={classes.waiting} size="xs" radius="xl" onClick={() => { scroller.current?.scrollTo({ top: 0 }); tail.flush(); }}>
          Show {plural(tail.waiting, 'new record')}
        </Button>
      )}
      <div ref={scroller} className={classes.scroller} role="region" aria-label="Records" tabIndex={0} onScroll={(event) => { onScrolled(isTailing && event.currentTarget.scrollTop > 2 * rowHeight); }}>
        <div className={classes.content} style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const line = lines[item.index]!;
            return (
              <div key={item.key} ref={rows.measureElement} data-index={item.index} className={classes.line} style={{ transform: `translateY(${item.start}px)` }}>
                {line.kind === 'record'
                  ? <LogRow entry={line.entry} isOpen={open.has(line.entry.node.id)} toggle={toggle} add={add} showAround={showAround} />
                  : <Mark line={line} boundary={boundary} />}
              </div>
            );
          })}
        </div>
        <div className={classes.footer} role="status">
          {pages.error !== null ? <ErrorState error={pages.error} retry={pages.loadMore} />
            : pages.isLoading ? <><Loader size="xs" /> <Text size="xs" c="dimmed">Reading older records</Text></>
              : !pages.hasMore && <Text size="xs" c="dimmed">{plural(pages.entries.length + tail.entries.length, 'record')}; there are no older ones in this range.</Text>}
        </div>
      </div>
    </div>
  );
}

const keyOfLine = (line: Line | undefined): string => (line?.kind === 'record' ? line.entry.node.id : (line?.kind ?? ''));

function Mark({ line, boundary }: { readonly line: Exclude<Line, { kind: 'record' }>; readonly boundary: Date | null }) {
  return line.kind === 'boundary'
    ? <div className={classes.cold} role="separator">Cold tier from here: records before {boundary?.toISOString().slice(0, 16).replace('T', ' ')} UTC</div>
    : <div className={classes.gap} role="separator">{plural(line.records, 'older record')} of the live tail {line.records === 1 ? 'is' : 'are'} not kept; ask again to see them</div>;
}

/** In the place of records while there are none. */
function Nothing({ pages, isTailing, hasFilter, clear, isAllTime, widen, refresh }: Props) {
  if (pages.error !== null) {
    return <ErrorState error={pages.error} retry={refresh} />;
  }

  if (pages.isLoading) {
    return <LoadingState label="Searching both tiers" />;
  }

  if (isTailing) {
    return <EmptyState icon="logs" title="Waiting for records">They show here within a second of being stored.</EmptyState>;
  }

  return (
    <EmptyState
      icon="search" title="No record matches"
      action={hasFilter ? <Button size="xs" variant="default" onClick={clear}>Clear the search and filters</Button>
        : isAllTime ? null : <Button size="xs" variant="default" onClick={widen}>Look at all time</Button>}
    >
      {hasFilter ? 'Try fewer words or filters, or a longer time.' : isAllTime ? 'Nothing has been taken in yet. Send records to POST /logs, or start the gateway with --demo.' : 'There are no records in this time.'}
    </EmptyState>
  );
}
