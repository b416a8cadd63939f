import { skipToken, useQuery } from '@apollo/client/react';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { fields, type FieldName } from './fields';
import { filterOf, type Wanted } from './filter';
import { LogFieldValuesDocument } from './logs.generated';
import type { Bounds } from './timeRange';

/** The commonest values of a field among the records that the other filters select; none while the field is null. */
export function useFieldValues(field: FieldName | null, wanted: Wanted, bounds: Bounds) {
  const asked = field === null ? null : fields[field].values;
  const where = useMemo(
    () => filterOf({ search: wanted.search, conditions: wanted.conditions.filter((condition) => condition.field !== field) }, bounds),
    [field, wanted.search, wanted.conditions, bounds],
  );
  const [settled] = useDebouncedValue(where, 150);
  const { data, previousData, loading, error } = useQuery(LogFieldValuesDocument, asked === null ? skipToken : { variables: { field: asked, where: settled, first: 20 } });
  return { values: (asked === null ? undefined : (data ?? previousData))?.logFieldValues ?? [], isLoading: loading, error };
}
