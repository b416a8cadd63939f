import { useQuery } from '@apollo/client/react';
import { Box, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { ErrorState } from '../ui/States';
import { useDocumentTitle } from '../ui/useDocumentTitle';
import { readAnchor, writeAnchor } from './around';
import { AroundDrawer } from './AroundDrawer';
import { added, removed, type Condition } from './condition';
import { FilterPanel } from './FilterPanel';
import { filterOf } from './filter';
import { Histogram } from './Histogram';
import { LogBoundaryDocument } from './logs.generated';
import { LogList } from './LogList';
import classes from './LogsPage.module.css';
import { metadataPaths } from './records';
import { Toolbar } from './Toolbar';
import { boundsOf } from './timeRange';
import { useLiveTail } from './useLiveTail';
import { useLogPages } from './useLogPages';
import { useLogsState } from './useLogsState';

export function LogsPage() {
  useDocumentTitle('Logs');
  const [state, change] = useLogsState();
  const { search, conditions, range, live } = state;
  // "Last hour" ends when it is asked for, and again when it is refreshed.
  const [asked, setAsked] = useState(() => new Date());
  const refresh = useCallback(() => { setAsked(new Date()); }, []);
  const bounds = useMemo(() => boundsOf(range, asked), [range, asked]);
  const where = useMemo(() => filterOf({ search, conditions }, bounds), [search, conditions, bounds]);

  const pages = useLogPages(where);
  const isTailing = live && bounds.to === null;
  const start = pages.isLoading && pages.entries.length === 0 ? undefined : (pages.entries[0]?.cursor ?? null);
  const [isPaused, setPaused] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const tail = useLiveTail(where, isTailing, start, isPaused || isScrolled);

  const { data: table } = useQuery(LogBoundaryDocument);
  const boundary = useMemo(() => (table?.table?.boundary == null ? null : new Date(table.table.boundary)), [table]);
  const paths = useMemo(() => metadataPaths(pages.entries.length > 0 ? pages.entries : tail.entries), [pages.entries, tail.entries]);

  const anchor = useMemo(() => readAnchor(state.around), [state.around]);
  const [isFilterOpen, filters] = useDisclosure(false);
  const add = useCallback((condition: Condition) => { change({ conditions: added(conditions, condition) }); }, [change, conditions]);
  const remove = useCallback((condition: Condition) => { change({ conditions: removed(conditions, condition) }); }, [change, conditions]);
  const panel = <FilterPanel wanted={{ search, conditions }} bounds={bounds} add={add} remove={remove} />;

  return (
    <div className={classes.page}>
      <h1 className={classes.hidden}>Logs</h1>
      <Box component="aside" visibleFrom="md" className={classes.panel} aria-label="Filters">{panel}</Box>
      <Drawer opened={isFilterOpen} onClose={filters.close} title="Filters" size="xs" closeButtonProps={{ 'aria-label': 'Close the filters' }}>{panel}</Drawer>
      <div className={classes.results}>
        <Toolbar
          state={state} change={change} bounds={bounds} paths={paths} refresh={refresh} openFilters={filters.open} remove={remove}
          tail={{ isTailing, isPaused, setPaused }}
        />
        {isTailing && tail.error !== null && <ErrorState error={tail.error} retry={refresh} />}
        <Histogram where={where} bounds={bounds} asked={asked} isTailing={isTailing} select={(from, to) => { change({ range: { kind: 'between', from, to }, live: false }); }} />
        <LogList
          pages={pages} tail={tail} boundary={boundary} isTailing={isTailing} isPaused={isPaused} onScrolled={setScrolled} refresh={refresh}
          add={add} showAround={(entry) => { change({ around: writeAnchor(entry) }); }} clear={() => { change({ search: '', conditions: [] }); }}
          hasFilter={search !== '' || conditions.length > 0} widen={() => { change({ range: { kind: 'all' } }); }} isAllTime={range.kind === 'all'}
        />
      </div>
      {anchor !== null && <AroundDrawer anchor={anchor} close={() => { change({ around: null }); }} add={add} />}
    </div>
  );
}
