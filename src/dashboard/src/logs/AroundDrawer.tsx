import { useApolloClient } from '@apollo/client/react';
import { Button, Drawer, Group, SegmentedControl, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ErrorState, LoadingState } from '../ui/States';
import type { Condition } from './condition';
import { LogRow } from './LogRow';
import { LogPageBeforeDocument, LogPageDocument, type LogFilterInput } from './logs.generated';
import type { Entry } from './records';

const step = 25;

type Scope = 'all' | 'resource' | 'workflow' | 'trace';

const scopes: Readonly<Record<Scope, string>> = { all: 'All', resource: 'Same resource', workflow: 'Same workflow', trace: 'Same trace' };

interface Around {
  readonly newer: readonly Entry[];
  readonly focus: Entry;
  readonly older: readonly Entry[];
}

/** What was logged just before and after a record, whatever the filters. The record is told by its cursor, which the page's address holds. */
export function AroundDrawer({ cursor, close, add }: { readonly cursor: string; readonly close: () => void; readonly add: (condition: Condition) => void }) {
  const [scope, setScope] = useState<Scope>('all');
  const [count, setCount] = useState(step);
  const { around, error, retry } = useAround(cursor, scope, count);
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

/** Pages on both sides of the record, with the record in between. */
function useAround(cursor: string, scope: Scope, count: number) {
  const client = useApolloClient();
  const [around, setAround] = useState<Around | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const focus = useRef<Entry | null>(null);
  const where = useMemo<LogFilterInput>(() => (focus.current === null ? {} : (sameAs(focus.current, scope) ?? {})), [scope]);

  useEffect(() => {
    let isCurrent = true;
    void (async () => {
      setError(null);
      try {
        // The record itself comes first of those that follow its newer neighbour of all records.
        const at = focus.current ?? (await readFocus());
        focus.current = at;
        const [newer, older] = await Promise.all([
          client.query({ query: LogPageBeforeDocument, variables: { where, last: count, before: cursor }, fetchPolicy: 'no-cache' }),
          client.query({ query: LogPageDocument, variables: { where, first: count, after: cursor }, fetchPolicy: 'no-cache' }),
        ]);
        if (isCurrent) {
          setAround({ newer: newer.data?.logs.edges ?? [], focus: at, older: older.data?.logs.edges ?? [] });
        }
      } catch (failure) {
        if (isCurrent) {
          setError(failure);
        }
      }
    })();
    return () => { isCurrent = false; };

    async function readFocus(): Promise<Entry> {
      const newer = await client.query({ query: LogPageBeforeDocument, variables: { where: {}, last: 1, before: cursor }, fetchPolicy: 'no-cache' });
      const own = await client.query({ query: LogPageDocument, variables: { where: {}, first: 1, after: newer.data?.logs.edges[0]?.cursor ?? null }, fetchPolicy: 'no-cache' });
      const entry = own.data?.logs.edges[0];
      if (entry === undefined) {
        throw new Error('The record is not there any more: it has been deleted, or its retention is over.');
      }

      return entry;
    }
  }, [client, cursor, where, count, attempt]);

  return { around, error, retry: () => { setAttempt(attempt + 1); } };
}

/** The filter for records that have the same as this one; null where it has none. */
function sameAs({ node }: Entry, scope: Scope): LogFilterInput | null {
  switch (scope) {
    case 'all':
      return {};
    case 'resource':
      return node.resourceId === null ? null : { resourceId: { eq: node.resourceId } };
    case 'workflow':
      return node.workflowName === null ? null : { workflowName: { eq: node.workflowName } };
    case 'trace':
      return node.traceId === null ? null : { traceId: { eq: node.traceId } };
  }
}
