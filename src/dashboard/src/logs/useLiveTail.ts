import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { LogTailDocument, type LogFilterInput } from './logs.generated';
import { mostTailed, prepended, type Entry } from './records';

/** The list changes so often at most, however fast records come. */
const drawMilliseconds = 200;

interface Tail {
  readonly entries: readonly Entry[];
  /** Came, and are not kept: too many, or too fast for this browser. */
  readonly dropped: number;
  readonly error: unknown;
}

const nothing: Tail = { entries: [], dropped: 0, error: null };

/**
 * Records as they are stored, once `after` is known: the cursor from which on, null for what is stored from now on.
 * While it is held records wait, and `waiting` counts them.
 */
export function useLiveTail(where: LogFilterInput, isLive: boolean, after: string | null | undefined, isHeld: boolean) {
  const client = useApolloClient();
  const [tail, setTail] = useState(nothing);
  const [waiting, setWaiting] = useState(0);
  const queue = useRef<{ entries: Entry[]; dropped: number }>({ entries: [], dropped: 0 });
  const held = useRef(isHeld);
  held.current = isHeld;

  const flush = useCallback(() => {
    const { entries, dropped } = queue.current;
    if (entries.length + dropped > 0) {
      queue.current = { entries: [], dropped: 0 };
      setWaiting(0);
      setTail((before) => {
        const next = prepended(before.entries, entries, mostTailed);
        return { ...before, entries: next.entries, dropped: before.dropped + dropped + next.dropped };
      });
    }
  }, []);

  useEffect(() => {
    setTail(nothing);
    setWaiting(0);
    queue.current = { entries: [], dropped: 0 };
    if (!isLive || after === undefined) {
      return;
    }

    const subscription = client.subscribe({ query: LogTailDocument, variables: { where, after }, errorPolicy: 'all', fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data, error }) => {
        if (data?.logTail !== undefined) {
          take(queue.current, data.logTail);
        } else if (missedIn(error) > 0) {
          queue.current.dropped += missedIn(error);
        } else if (error !== undefined) {
          setTail((before) => ({ ...before, error }));
        }
      },
      error: (error: unknown) => { setTail((before) => ({ ...before, error })); },
    });
    const timer = setInterval(() => {
      if (held.current) {
        setWaiting(queue.current.entries.length + queue.current.dropped);
      } else {
        flush();
      }
    }, drawMilliseconds);
    return () => {
      clearInterval(timer);
      subscription.unsubscribe();
    };
  }, [client, where, isLive, after, flush]);

  return { ...tail, waiting, flush };
}

function take(queue: { entries: Entry[]; dropped: number }, entry: Entry): void {
  queue.entries.push(entry);
  if (queue.entries.length > mostTailed) {
    queue.entries.shift();
    queue.dropped++;
  }
}

/** How many records the gateway left out because this browser read too slowly. */
function missedIn(error: unknown): number {
  const missed = CombinedGraphQLErrors.is(error) ? error.errors.find((one) => one.extensions?.code === 'RECORDS_MISSED')?.extensions?.missed : undefined;
  return typeof missed === 'number' ? missed : 0;
}
