import { read, write, type Condition } from './condition';
import { betweenOf, initialRange, lastOf, type TimeRange } from './timeRange';

/** All that the logs page shows, as its address has it. */
export interface LogsState {
  readonly search: string;
  readonly conditions: readonly Condition[];
  readonly range: TimeRange;
  readonly live: boolean;
  /** The record whose neighbours are shown, as `writeAnchor` names it. */
  readonly around: string | null;
}

/** What is wrong in an address is left out of it. */
export function readState(parameters: URLSearchParams): LogsState {
  return {
    search: parameters.get('q') ?? '',
    conditions: parameters.getAll('f').flatMap((text) => read(text) ?? []),
    range: readRange(parameters),
    live: parameters.get('live') === '1',
    around: parameters.get('around'),
  };
}

export function writeState(state: LogsState): URLSearchParams {
  const parameters = new URLSearchParams();
  if (state.search !== '') {
    parameters.set('q', state.search);
  }

  for (const condition of state.conditions) {
    parameters.append('f', write(condition));
  }

  switch (state.range.kind) {
    case 'all':
      parameters.set('range', 'all');
      break;
    case 'last':
      parameters.set('range', state.range.amount);
      break;
    case 'between':
      parameters.set('from', state.range.from.toISOString());
      parameters.set('to', state.range.to.toISOString());
      break;
  }

  if (state.live) {
    parameters.set('live', '1');
  }

  if (state.around !== null) {
    parameters.set('around', state.around);
  }

  return parameters;
}

function readRange(parameters: URLSearchParams): TimeRange {
  const range = parameters.get('range');
  return betweenOf(parameters.get('from'), parameters.get('to')) ?? (range === 'all' ? { kind: 'all' } : lastOf(range ?? '')) ?? initialRange;
}
