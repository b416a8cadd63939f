import type { LogFieldsFragment, LogPageQuery } from './logs.generated';

export type LogRecord = LogFieldsFragment;

/** A record and the cursor that stands at it. */
export type Entry = LogPageQuery['logs']['edges'][number];

/** Records that a live tail keeps, newest first. */
export const mostTailed = 5_000;

/** Entries of a further page behind those at hand, without those that are there already. */
export function appended(entries: readonly Entry[], page: readonly Entry[]): readonly Entry[] {
  const known = new Set(entries.map((entry) => entry.node.id));
  return [...entries, ...page.filter((entry) => !known.has(entry.node.id))];
}

/** What came since, the last to come first, before those at hand; no more than `most`, the oldest of which go. */
export function prepended(entries: readonly Entry[], arrived: readonly Entry[], most: number): { readonly entries: readonly Entry[]; readonly dropped: number } {
  const known = new Set(entries.map((entry) => entry.node.id));
  const fresh: Entry[] = [];
  for (const entry of arrived) {
    if (!known.has(entry.node.id)) {
      known.add(entry.node.id);
      fresh.push(entry);
    }
  }

  const all = [...fresh.reverse(), ...entries];
  return { entries: all.slice(0, most), dropped: Math.max(0, all.length - most) };
}

/**
 * A line of the list: a record, the mark where records begin to come from the cold tier, or how many records of a live tail were let go of
 * between those above and those below.
 */
export type Line = { readonly kind: 'record'; readonly entry: Entry } | { readonly kind: 'boundary' } | { readonly kind: 'gap'; readonly records: number };

/**
 * @param tailed What a live tail brought, newest first.
 * @param dropped How many of the tail's are not kept.
 * @param paged What was asked for page by page.
 * @param boundary What is older has been moved to the cold tier.
 */
export function linesOf(tailed: readonly Entry[], dropped: number, paged: readonly Entry[], boundary: Date | null): readonly Line[] {
  const known = new Set(tailed.map((entry) => entry.node.id));
  const rest = paged.filter((entry) => !known.has(entry.node.id));
  const first = boundary === null ? -1 : rest.findIndex((entry) => new Date(entry.node.timestamp) < boundary);
  const lines = (entries: readonly Entry[]): Line[] => entries.map((entry) => ({ kind: 'record', entry }));
  return [
    ...lines(tailed),
    ...(dropped > 0 ? [{ kind: 'gap', records: dropped } as const] : []),
    ...lines(first < 0 ? rest : rest.slice(0, first)),
    ...(first < 0 ? [] : [{ kind: 'boundary' } as const, ...lines(rest.slice(first))]),
  ];
}

/** Places in the records' metadata, as filters name them, the commonest first. */
export function metadataPaths(entries: readonly Entry[], most = 40): readonly string[] {
  const counts = new Map<string, number>();
  for (const entry of entries.slice(0, 200)) {
    visit(entry.node.metadata, '', (path) => { counts.set(path, (counts.get(path) ?? 0) + 1); });
  }

  return [...counts].sort((one, other) => other[1] - one[1]).slice(0, most).map(([path]) => path);
}

function visit(value: unknown, path: string, seen: (path: string) => void): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, child] of Object.entries(value)) {
      visit(child, pathOf(path, key), seen);
    }
  } else if (path !== '') {
    seen(path);
  }
}

/** A key below a path; what is no plain name is quoted, an index in brackets. */
export function pathOf(parent: string, key: string | number): string {
  if (typeof key === 'number') {
    return `${parent}[${key}]`;
  }

  const name = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : JSON.stringify(key);
  return parent === '' ? name : `${parent}.${name}`;
}
