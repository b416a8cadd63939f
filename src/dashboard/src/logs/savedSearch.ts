/** A search by name. `parameters` is the address's query string. */
export interface SavedSearch {
  readonly name: string;
  readonly parameters: string;
}

const most = 50;

/** Of what the browser's storage holds; what is none is left out. */
export function readSaved(text: string | undefined): readonly SavedSearch[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isSaved).slice(0, most) : [];
  } catch {
    // Somebody else has written there; what they wrote is no search.
    return [];
  }
}

/** With the search, in the place of one of the same name if there is one. */
export const saved = (searches: readonly SavedSearch[], search: SavedSearch): readonly SavedSearch[] =>
  [search, ...removed(searches, search.name)].slice(0, most);

export const removed = (searches: readonly SavedSearch[], name: string): readonly SavedSearch[] => searches.filter((one) => one.name !== name);

const isSaved = (value: unknown): value is SavedSearch =>
  typeof value === 'object' && value !== null && 'name' in value && 'parameters' in value && typeof value.name === 'string' && typeof value.parameters === 'string';
