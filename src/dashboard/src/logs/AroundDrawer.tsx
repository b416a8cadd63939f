import { Button, Drawer, Group, SegmentedControl, Text } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ErrorState, LoadingState } from '../ui/States';
import { sameAs, scopes, type Anchor, type Scope } from './around';
import type { Condition } from './condition';
import { LogRow } from './LogRow';
import { useAround } from './useAround';

const step = 25;

/** What was logged just before and after a record, whatever the filters. The page's address holds which record. */
export function AroundDrawer({ anchor, close, add }: { readonly anchor: Anchor; readonly close: () => void; readonly add: (condition: Condition) => void }) {
  const [scope, setScope] = useState<Scope>('all');
  const [count, setCount] = useState(step);
  const { around, error, retry } = useAround(anchor, scope, count);
  const focus = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const isThere = around !== null;
  useEffect(() => { focus.current?.scrollIntoView({ block: 'center' }); }, [isThere, scope]);
  const toggle = useCallback((id: string) => { setOpen((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]))); }, []);
  const possible = (Object.keys(scopes) as Scope[]).filter((one) => around === null || one === scope || one === 'all' || sameAs(around.focus, one) !== null);

  return (
    <Drawer opened onClose={close} position="right" size="xl" title="Around this record" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Group mb="sm">
        <SegmentedControl size="xs" aria-label="Which records" value={scope} data={possible.map((value) => ({ value, label: scopes[value] }))} onChange={(value) => { setScope(value as Scope); }} />
      </Group>
      {error !== null ? <ErrorState error={error} retry={retry} /> : around === null ? <LoadingState label="Reading its neighbours" /> : (
        <>
          <More onClick={() => { setCount(count + step); }} label="More before them (newer)" isShown={around.newer.length >= count} />
          {[...around.newer, around.focus, ...around.older].map((entry) => (
            <div key={entry.node.id} ref={entry === around.focus ? focus : null}>
              <LogRow entry={entry} isOpen={open.has(entry.node.id)} toggle={toggle} add={add} isFocus={entry === around.focus} />
            </div>
          ))}
          <More onClick={() => { setCount(count + step); }} label="More behind them (older)" isShown={around.older.length >= count} />
        </>
      )}
    </Drawer>
  );
}

function More({ onClick, label, isShown }: { readonly onClick: () => void; readonly label: string; readonly isShown: boolean }) {
  return isShown ? <Button fullWidth size="compact-sm" variant="subtle" my={4} onClick={onClick}>{label}</Button> : <Text size="xs" c="dimmed" ta="center" my={4}>There are no more.</Text>;
}
