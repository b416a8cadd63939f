import { useApolloClient } from '@apollo/client/react';
import type { ApolloClient } from '@apollo/client';
import { useEffect, useRef, useState } from 'react';
import { neighboursOf, sameAs, type Anchor, type Neighbours, type Scope } from './around';
import { LogPageBeforeDocument, LogPageDocument, type LogFilterInput } from './logs.generated';
import type { Entry } from './records';

const pageSize = 200;
/** Records of one microsecond that are looked through for the one that is meant. */
const mostPages = 10;

/** The record and so many on either side, of the scope. */
export function useAround(anchor: Anchor, scope: Scope, count: number) {
  const client = useApolloClient();
  const [around, setAround] = useState<Neighbours | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const focus = useRef<Entry | null>(null);
  const { timestamp, id } = anchor;

  useEffect(() => {
    let isCurrent = true;
    setError(null);
    const filter = focus.current === null ? {} : (sameAs(focus.current, scope) ?? {});
    read(client, { timestamp, id }, filter, count).then(
      (found) => {
        if (isCurrent) {
          focus.current = found.focus;
          setAround(found);
        }
      },
      (failure: unknown) => {
        if (isCurrent) {
          setError(failure);
        }
      },
    );
    return () => { isCurrent = false; };
  }, [client, timestamp, id, scope, count, attempt]);

  return { around, error, retry: () => { setAttempt(attempt + 1); } };
}

async function read(client: ApolloClient, anchor: Anchor, filter: LogFilterInput, count: number): Promise<Neighbours> {
  const later = client.query({
    query: LogPageBeforeDocument, variables: { where: { ...filter, timestamp: { gt: anchor.timestamp } }, last: count }, fetchPolicy: 'no-cache',
  });
  const upTo: Entry[] = [];
  for (let page = 0, after: string | null = null; page < mostPages; page++) {
    const { data }: { data?: { logs: { edges: readonly Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } | undefined } = await client.query({
      query: LogPageDocument, variables: { where: { ...filter, timestamp: { lte: anchor.timestamp } }, first: Math.max(pageSize, count + 1), after }, fetchPolicy: 'no-cache',
    });
    upTo.push(...(data?.logs.edges ?? []));
    const isThere = upTo.findIndex((entry) => entry.node.id === anchor.id);
    if (data?.logs.pageInfo.hasNextPage !== true || (isThere >= 0 && upTo.length > isThere + count)) {
      break;
    }

    after = data.logs.pageInfo.endCursor;
  }

  const found = neighboursOf(anchor, (await later).data?.logs.edges ?? [], upTo, count);
  if (found === null) {
    throw new Error('The record is not there any more: it has been deleted, or its retention is over.');
  }

  return found;
}
