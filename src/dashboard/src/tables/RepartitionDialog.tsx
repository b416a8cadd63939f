import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Modal, MultiSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { RepartitionTableDocument } from '../jobs/jobs.generated';
import { ErrorState } from '../ui/States';
import type { TableDetailQuery } from './tables.generated';

interface Props {
  readonly table: NonNullable<TableDetailQuery['table']>;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly onOver: () => void;
}

/** Asks for a layout. What is left out the gateway chooses, and says what it chose. */
export function RepartitionDialog({ table, isOpen, close, onOver }: Props) {
  const [columns, setColumns] = useState<string[]>([]);
  const [buckets, setBuckets] = useState<number | string>('');
  const [repartition, { loading, error, data, reset }] = useMutation(RepartitionTableDocument, { refetchQueries: ['Jobs'] });
  const submit = () => {
    repartition({
      variables: {
        tableName: table.name, namespace: table.namespace, partitionBy: columns.length > 0 ? columns : null, numPartitions: typeof buckets === 'number' ? buckets : null,
      },
    }).then(onOver, () => undefined);
  };
  const end = () => {
    reset();
    close();
  };
  return (
    <Modal opened={isOpen} onClose={end} title={`Repartition ${table.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <Stack gap="sm">
          <Text size="sm">All cold files are rewritten in the new layout. Readers notice nothing; old files stay until their snapshots expire.</Text>
          <MultiSelect label="Divided by" description="Left out: by time and by the key." data={table.columns.map((column) => column.name)} value={columns} onChange={setColumns} searchable clearable clearButtonProps={{ 'aria-label': 'Clear' }} />
          <NumberInput label="Buckets" description="Of the column that has too many values to be divided by value." min={1} max={10_000} allowDecimal={false} value={buckets} onChange={setBuckets} />
          {error !== undefined && <ErrorState error={error} />}
          {data !== undefined && data !== null && <Alert color={data.repartitionTable.success ? 'green' : 'red'} variant="outline" role="status">{data.repartitionTable.message}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={end}>{data === undefined || data === null ? 'Leave it' : 'Close'}</Button>
            <Button type="submit" loading={loading}>Repartition</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
