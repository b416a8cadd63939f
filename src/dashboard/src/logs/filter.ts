import type { Condition } from './condition';
import { fieldNames, type FieldName } from './fields';
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

/** The same as parameters of `GET /logs/download`. */
export function downloadParameters(wanted: Wanted, bounds: Bounds): URLSearchParams {
  const filter = filterOf(wanted, bounds);
  return new URLSearchParams(Object.keys(filter).length === 0 ? {} : { where: JSON.stringify(filter) });
}
