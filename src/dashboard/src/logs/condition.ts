import { fieldOf, fields, type FieldName } from './fields';

/** One thing that records must have, or must not have. */
export type Condition =
  | { readonly field: FieldName; readonly value: string; readonly excluded: boolean }
  | { readonly field: 'metadata'; readonly path: string; readonly value: unknown; readonly excluded: false }
  /** Whether there is anything at the path. */
  | { readonly field: 'metadata'; readonly path: string; readonly value: undefined; readonly excluded: boolean };

const metadataPrefix = 'metadata.';

/** As it is typed and as it stands in the page's address: `level:ERROR`, `-level:DEBUG`, `metadata.status:404`, `metadata.agent:*`. */
export function write(condition: Condition): string {
  const sign = condition.excluded ? '-' : '';
  if (condition.field === 'metadata') {
    return `${sign}${metadataPrefix}${condition.path}:${condition.value === undefined ? '*' : JSON.stringify(condition.value)}`;
  }

  return `${sign}${fields[condition.field].key}:${quoted(condition.value)}`;
}

/** What `write` wrote, or somebody typed; null when it is no condition. */
export function read(text: string): Condition | null {
  const excluded = text.startsWith('-');
  const body = excluded ? text.slice(1) : text;
  const colon = colonOf(body);
  if (colon <= 0 || colon === body.length - 1) {
    return null;
  }

  const [key, rest] = [body.slice(0, colon), body.slice(colon + 1)];
  if (!key.toLowerCase().startsWith(metadataPrefix)) {
    const field = fieldOf(key);
    const value = unquoted(rest);
    return field === null || value === '' ? null : { field, value, excluded };
  }

  const path = key.slice(metadataPrefix.length);
  if (path === '') {
    return null;
  }

  if (rest === '*') {
    return { field: 'metadata', path, value: undefined, excluded };
  }

  // The gateway has no "is not" for a place in the metadata.
  return excluded ? null : { field: 'metadata', path, value: json(rest), excluded };
}

export const same = (one: Condition, other: Condition): boolean => write(one) === write(other);

/** With the condition, and without what contradicts it. */
export function added(conditions: readonly Condition[], condition: Condition): readonly Condition[] {
  const opposite = { ...condition, excluded: !condition.excluded } as Condition;
  return [...conditions.filter((other) => !same(other, condition) && !same(other, opposite)), condition];
}

export const removed = (conditions: readonly Condition[], condition: Condition): readonly Condition[] =>
  conditions.filter((other) => !same(other, condition));

/** The colon behind the name: in a metadata path quoted keys may hold others. */
function colonOf(body: string): number {
  let isQuoted = false;
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '"') {
      isQuoted = !isQuoted;
    } else if (body[i] === ':' && !isQuoted) {
      return i;
    }
  }

  return -1;
}

const quoted = (value: string): string => (/^[^\s"\\]+$/.test(value) ? value : JSON.stringify(value));

function unquoted(text: string): string {
  const value = text.startsWith('"') ? json(text) : text;
  return typeof value === 'string' ? value : text;
}

/** A JSON value, or what is none as text: both 404 and not-found can be typed without quotes. */
function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
