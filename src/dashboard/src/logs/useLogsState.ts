import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { readState, writeState, type LogsState } from './urlState';

/** The page's state, which its address holds, and how to change parts of it. */
export function useLogsState(): [LogsState, (change: Partial<LogsState>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const state = useMemo(() => readState(parameters), [parameters]);
  const change = useCallback((part: Partial<LogsState>) => {
    setParameters((now) => writeState({ ...readState(now), ...part }));
  }, [setParameters]);
  return [state, change];
}
