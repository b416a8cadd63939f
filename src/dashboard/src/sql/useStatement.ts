import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Draft } from './draft';
import { pictureOf, pictureOfEstimate, type PlanPicture } from './plan';
import { dataSources, documents } from './source';
import { ExplainSqlDocument, type SqlResultFragment } from './sql.generated';

/** What became of the last statement. */
export type Answer =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly since: number }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'explained'; readonly picture: PlanPicture }
  | { readonly kind: 'done'; readonly result: SqlResultFragment; readonly picture: PlanPicture };

/** Runs and explains statements, one at a time. A statement that is stopped is cancelled in the gateway, too. */
export function useStatement() {
  const client = useApolloClient();
  const [answer, setAnswer] = useState<Answer>({ kind: 'none' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => { running.current?.abort(); }, []);

  const ask = useCallback(async (get: (context: object) => Promise<Answer>) => {
    running.current?.abort();
    const current = new AbortController();
    running.current = current;
    setAnswer({ kind: 'running', since: Date.now() });
    let next: Answer;
    try {
      next = await get({ fetchOptions: { signal: current.signal }, queryDeduplication: false });
    } catch (error) {
      next = { kind: 'failed', error };
    }

    if (running.current === current) {
      running.current = null;
      setAnswer(next);
    }
  }, []);

  const run = useCallback((draft: Draft, limit: number) => ask(async (context) => {
    const { data } = await client.query({ query: documents[draft.source], variables: { query: draft.sql, limit }, fetchPolicy: 'no-cache', context });
    return { kind: 'done', result: data!.result, picture: pictureOf(data!.result) };
  }), [ask, client]);

  const explain = useCallback((draft: Draft) => ask(async (context) => {
    const { data } = await client.query({ query: ExplainSqlDocument, variables: { query: draft.sql, source: dataSources[draft.source] }, fetchPolicy: 'no-cache', context });
    return { kind: 'explained', picture: pictureOfEstimate(data!) };
  }), [ask, client]);

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setAnswer({ kind: 'none' });
  }, []);

  return { answer, run, explain, stop };
}
