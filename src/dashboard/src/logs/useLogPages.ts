import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { LogPageDocument, type LogFilterInput } from './logs.generated';
import { appended, type Entry } from './records';

const pageSize = 100;

interface Pages {
  readonly entries: readonly Entry[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: unknown;
}

const none: Pages = { entries: [], hasMore: false, isLoading: true, error: null };

/**
 * Log records page by page, newest first. They go past Apollo's cache, which would take every record apart.
 * `where` must be the same object as long as it asks for the same.
 */
export function useLogPages(where: LogFilterInput): Pages & { readonly loadMore: () => void } {
  const client = useApolloClient();
  const [pages, setPages] = useState(none);
  // The request under way. Its results are nobody's once another search has begun.
  const request = useRef<AbortController | null>(null);
  const latest = useRef(pages);
  latest.current = pages;

  const load = useCallback(async (after: string | null, before: readonly Entry[]) => {
    request.current?.abort();
    const current = new AbortController();
    request.current = current;
    setPages({ entries: before, hasMore: after !== null, isLoading: true, error: null });
    try {
      const { data } = await client.query({
        query: LogPageDocument,
        variables: { where, first: pageSize, after },
        fetchPolicy: 'no-cache',
        context: { fetchOptions: { signal: current.signal }, queryDeduplication: false },
      });
      if (!current.signal.aborted && data !== undefined) {
        setPages({ entries: appended(before, data.logs.edges), hasMore: data.logs.pageInfo.hasNextPage, isLoading: false, error: null });
      }
    } catch (error) {
      if (!current.signal.aborted) {
        setPages({ entries: before, hasMore: after !== null, isLoading: false, error });
      }
    } finally {
      if (request.current === current) {
        request.current = null;
      }
    }
  }, [client, where]);

  useEffect(() => {
    void load(null, []);
    return () => { request.current?.abort(); };
  }, [load]);

  const loadMore = useCallback(() => {
    const { entries, hasMore } = latest.current;
    if (request.current === null && hasMore) {
      void load(entries.at(-1)?.cursor ?? null, entries);
    }
  }, [load]);

  return { ...pages, loadMore };
}
