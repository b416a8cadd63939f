import { sourceOf, type Source } from './source';

/** A statement and who is asked. */
export interface Draft {
  readonly sql: string;
  readonly source: Source;
}

const key = 'federated-query.sql';

/** The address's statement, else the last one in this browser, else none. */
export function readDraft(parameters: URLSearchParams, storage: Pick<Storage, 'getItem'>): Draft {
  const sql = parameters.get('sql');
  if (sql !== null) {
    return { sql, source: sourceOf(parameters.get('source')) };
  }

  const kept = parsed(storage.getItem(key));
  return { sql: kept?.sql ?? '', source: sourceOf(parameters.get('source') ?? kept?.source ?? null) };
}

export const keepDraft = (draft: Draft, storage: Pick<Storage, 'setItem'>): void => { storage.setItem(key, JSON.stringify(draft)); };

function parsed(text: string | null): { readonly sql: string; readonly source: string } | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null && 'sql' in value && 'source' in value && typeof value.sql === 'string' && typeof value.source === 'string'
      ? { sql: value.sql, source: value.source } : null;
  } catch {
    // Somebody else has written there.
    return null;
  }
}
