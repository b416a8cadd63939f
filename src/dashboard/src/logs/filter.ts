import type { Condition } from './condition';
import { fieldNames, fields, type FieldName } from './fields';
import type { LogFilterInput, StringOperationFilterInput } from './logs.generated';
import type { Bounds } from './timeRange';

/** What is asked for, apart from when. */
export interface Wanted {
  readonly search: string;
  readonly conditions: readonly Condition[];
}

type TextCondition = Extract<Condition, { field: FieldName }>;

const isText = (condition: Condition): condition is TextCondition => condition.field !== 'metadata';

/** As GraphQL's `where`. Values of one field are alternatives, fields must hold together. */
export function filterOf(wanted: Wanted, bounds: Bounds): LogFilterInput {
  const texts = wanted.conditions.filter(isText);
  const filter: Partial<Record<FieldName, StringOperationFilterInput>> = {};
  for (const name of fieldNames) {
    const ofField = texts.filter((condition) => condition.field === name);
    const chosen = ofField.filter((condition) => !condition.excluded).map((condition) => condition.value);
    const excluded = ofField.filter((condition) => condition.excluded).map((condition) => condition.value);
    if (ofField.length > 0) {
      filter[name] = { ...(chosen.length > 0 ? { in: chosen } : {}), ...(excluded.length > 0 ? { nin: excluded } : {}) };
    }
  }

  const metadata = wanted.conditions.flatMap((condition) => condition.field !== 'metadata' ? []
    : [{ metadata: condition.value === undefined ? { path: condition.path, exists: !condition.excluded } : { path: condition.path, eq: condition.value } }]);
  return {
    ...filter,
    ...(metadata.length > 0 ? { and: metadata } : {}),
    ...(wanted.search.trim() === '' ? {} : { search: wanted.search }),
    ...(bounds.from === null && bounds.to === null ? {} : {
      timestamp: {
        ...(bounds.from === null ? {} : { gte: bounds.from.toISOString() }),
        ...(bounds.to === null ? {} : { lt: bounds.to.toISOString() }),
      },
    }),
  };
}

/** The same as parameters of `GET /logs/download`, or in words why they cannot say it. */
export function downloadParameters(wanted: Wanted, bounds: Bounds): { readonly parameters: URLSearchParams } | { readonly reason: string } {
  const texts = wanted.conditions.filter(isText);
  if (texts.length < wanted.conditions.length) {
    return { reason: 'Files cannot be filtered by metadata; remove those filters first.' };
  }

  if (texts.some((condition) => condition.excluded)) {
    return { reason: 'Files cannot leave values out; remove the filters that exclude some first.' };
  }

  const parameters = new URLSearchParams();
  for (const name of fieldNames) {
    const values = texts.filter((condition) => condition.field === name).map((condition) => condition.value);
    if (values.length > 1 && name !== 'level') {
      return { reason: `Files can be filtered by one ${fields[name].label.toLowerCase()} at most; remove the others first.` };
    }

    if (values.length > 0) {
      if (name === 'message') {
        return { reason: 'Files cannot be filtered by a whole message; search for its words instead.' };
      }

      parameters.set(fields[name].key, values.join(','));
    }
  }

  if (wanted.search.trim() !== '') {
    parameters.set('search', wanted.search);
  }

  if (bounds.from !== null) {
    parameters.set('from', bounds.from.toISOString());
  }

  if (bounds.to !== null) {
    parameters.set('to', bounds.to.toISOString());
  }

  return { parameters };
}
