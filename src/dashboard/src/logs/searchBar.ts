import { read, type Condition } from './condition';
import { fieldNames, fieldOf, fields, type FieldName } from './fields';

/** What was typed, taken apart: conditions on fields, and the words that are searched for. */
export interface Typed {
  readonly search: string;
  readonly conditions: readonly Condition[];
}

/** `disk level:ERROR -full` is the search `disk -full` and one condition. */
export function take(text: string): Typed {
  const conditions: Condition[] = [];
  const words: string[] = [];
  for (const { text: part } of parts(text)) {
    const condition = read(part);
    if (condition === null) {
      words.push(part);
    } else {
      conditions.push(condition);
    }
  }

  return { search: words.join(' '), conditions };
}

interface Part {
  readonly text: string;
  readonly start: number;
}

/** Split at blanks that are not in quotes. */
function parts(text: string): Part[] {
  return [...text.matchAll(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g)].map((match) => ({ text: match[0], start: match.index }));
}

/** What the caret stands in, and what could be there. */
export type Asked =
  | { readonly kind: 'field'; readonly start: number; readonly sign: string; readonly typed: string }
  | { readonly kind: 'value'; readonly start: number; readonly sign: string; readonly field: FieldName; readonly typed: string };

export function askedAt(text: string, caret: number): Asked | null {
  const part = parts(text.slice(0, caret)).at(-1);
  if (part === undefined || part.start + part.text.length < caret) {
    return null;
  }

  const sign = part.text.startsWith('-') ? '-' : '';
  const typed = part.text.slice(sign.length);
  const colon = typed.indexOf(':');
  const { start } = part;
  if (colon < 0) {
    return /^[A-Za-z_.]+$/.test(typed) ? { kind: 'field', start, sign, typed } : null;
  }

  const field = fieldOf(typed.slice(0, colon));
  return field === null ? null : { kind: 'value', start, sign, field, typed: typed.slice(colon + 1).replaceAll('"', '') };
}

/** Names that begin, or have a word that begins, with what is typed. `paths` are places in the metadata of records at hand. */
export function fieldSuggestions(typed: string, paths: readonly string[]): string[] {
  const start = typed.toLowerCase();
  const keys = [...fieldNames.map((name) => fields[name].key), ...paths.map((path) => `metadata.${path}`)];
  return keys.filter((key) => key.toLowerCase().split(/[_.]/).some((_, i, all) => all.slice(i).join(key.includes('.') ? '.' : '_').startsWith(start))).slice(0, 12);
}

/** The text with the part at the caret replaced, and where the caret is then. */
export function replaced(text: string, caret: number, asked: Asked, by: string): { readonly text: string; readonly caret: number } {
  const rest = text.slice(caret).replace(/^\S+/, '');
  const before = text.slice(0, asked.start) + asked.sign + by;
  return { text: before + rest, caret: before.length };
}
