import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { Failure } from '../api/failure';
import { Icon } from '../ui/Icon';
import { FailureAlert } from '../ui/States';
import { ConditionChips } from './ConditionChips';
import type { Condition } from './condition';
import { DownloadMenu } from './DownloadMenu';
import { SavedSearches } from './SavedSearches';
import { SearchBar } from './SearchBar';
import { TimeRangePicker } from './TimeRangePicker';
import type { Bounds } from './timeRange';
import classes from './Toolbar.module.css';
import type { LogsState } from './urlState';

interface TailControl {
  readonly isTailing: boolean;
  readonly isPaused: boolean;
  readonly setPaused: (paused: boolean) => void;
}

interface Props {
  readonly state: LogsState;
  readonly change: (part: Partial<LogsState>) => void;
  readonly bounds: Bounds;
  readonly paths: readonly string[];
  readonly refresh: () => void;
  readonly openFilters: () => void;
  readonly remove: (condition: Condition) => void;
  readonly tail: TailControl;
}

export function Toolbar({ state, change, bounds, paths, refresh, openFilters, remove, tail }: Props) {
  const [downloadFailure, setDownloadFailure] = useState<Failure | null>(null);
  return (
    <div className={classes.toolbar}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Button hiddenFrom="md" variant="default" px="xs" onClick={openFilters} aria-label="Filters"><Icon name="filter" /></Button>
        <SearchBar search={state.search} conditions={state.conditions} bounds={bounds} paths={paths} change={change} refresh={refresh} />
      </Group>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <TimeRangePicker range={state.range} bounds={bounds} choose={(range) => { change({ range, live: state.live && range.kind !== 'between' }); }} />
          <Tooltip label="Ask again">
            <ActionIcon variant="default" size={30} aria-label="Ask again" onClick={refresh}><Icon name="refresh" size={16} /></ActionIcon>
          </Tooltip>
          <LiveButtons state={state} change={change} tail={tail} />
        </Group>
        <Group gap="xs">
          <SavedSearches />
          <DownloadMenu wanted={state} bounds={bounds} failed={setDownloadFailure} />
        </Group>
      </Group>
      <ConditionChips conditions={state.conditions} remove={remove} clear={() => { change({ conditions: [] }); }} />
      {downloadFailure !== null && <FailureAlert failure={downloadFailure} />}
    </div>
  );
}

function LiveButtons({ state, change, tail }: Pick<Props, 'state' | 'change' | 'tail'>) {
  const isBetween = state.range.kind === 'between';
  return (
    <>
      <Tooltip label="The range must end now for new records to come" disabled={!isBetween}>
        <Button
          size="xs" variant={tail.isTailing ? 'filled' : 'default'} aria-pressed={tail.isTailing}
          leftSection={<span className={tail.isTailing && !tail.isPaused ? classes.pulse : classes.dot} />}
          onClick={() => {
            tail.setPaused(false);
            change(isBetween ? { range: { kind: 'last', amount: '1h' }, live: true } : { live: !state.live });
          }}
        >
          Live
        </Button>
      </Tooltip>
      {tail.isTailing && (
        <Button size="xs" variant="default" leftSection={<Icon name={tail.isPaused ? 'play' : 'pause'} size={14} />} onClick={() => { tail.setPaused(!tail.isPaused); }}>
          {tail.isPaused ? 'Resume' : 'Pause'}
        </Button>
      )}
    </>
  );
}
