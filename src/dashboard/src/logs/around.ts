import type { LogFilterInput } from './logs.generated';
import type { Entry } from './records';

/** A record as an address names it: by its time, to the microsecond, and by its id. */
export interface Anchor {
  readonly timestamp: string;
  readonly id: string;
}

export type Scope = 'all' | 'resource' | 'workflow' | 'trace';

export const scopes: Readonly<Record<Scope, string>> = { all: 'All', resource: 'Same resource', workflow: 'Same workflow', trace: 'Same trace' };

export const writeAnchor = ({ node }: Entry): string => `${node.timestamp}~${node.id}`;

/** Null when it is none. */
export function readAnchor(text: string | null): Anchor | null {
  const [timestamp, id, ...rest] = (text ?? '').split('~');
  return timestamp === undefined || id === undefined || id === '' || rest.length > 0 || isNaN(Date.parse(timestamp)) ? null : { timestamp, id };
}

/** The filter for records that have the same as this one; null where it has none. */
export function sameAs({ node }: Entry, scope: Scope): LogFilterInput | null {
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

/** A record with those around it, newest first. */
export interface Neighbours {
  readonly newer: readonly Entry[];
  readonly focus: Entry;
  readonly older: readonly Entry[];
}

/**
 * @param later Records later than the anchor, newest first.
 * @param upTo The anchor's and earlier ones, newest first: those of the anchor's own time may stand before it.
 * @returns Null when the anchor is not among them.
 */
export function neighboursOf(anchor: Anchor, later: readonly Entry[], upTo: readonly Entry[], count: number): Neighbours | null {
  const at = upTo.findIndex((entry) => entry.node.id === anchor.id);
  return at < 0 ? null : { newer: [...later, ...upTo.slice(0, at)].slice(-count), focus: upTo[at]!, older: upTo.slice(at + 1, at + 1 + count) };
}
