import { useMutation } from '@apollo/client/react';
import { Button, Popover, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { failureOf } from '../api/failure';
import { dateTime, plural } from '../ui/format';
import { MaterializeDocument } from './sql.generated';

const times = [{ value: '600', label: '10 minutes' }, { value: '3600', label: '1 hour' }, { value: '86400', label: '1 day' }, { value: '604800', label: '1 week' }];

/** Stores the statement's rows, which then answer it while its tables hold the same. */
export function MaterializeButton({ sql, isDisabled }: { readonly sql: string; readonly isDisabled: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [ttl, setTtl] = useState('3600');
  const [materialize, { data, error, loading, reset }] = useMutation(MaterializeDocument);
  const result = data?.materializeQuery;
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus returnFocus width={300} position="bottom-start">
      <Popover.Target><Button size="xs" variant="default" disabled={isDisabled} onClick={() => { reset(); setOpen(!isOpen); }}>Materialize</Button></Popover.Target>
      <Popover.Dropdown aria-label="Materialize">
        <Stack gap="xs">
          <Text size="sm">Stores all rows. Asked again, the statement is answered from them while its tables hold the same.</Text>
          <Select size="xs" label="Kept for" data={times} value={ttl} allowDeselect={false} onChange={(value) => { setTtl(value ?? ttl); }} comboboxProps={{ withinPortal: false }} />
          <Button size="xs" loading={loading} onClick={() => { materialize({ variables: { query: sql, ttlSeconds: Number(ttl) } }).catch(() => undefined); }}>Store</Button>
          {error !== undefined && <Text size="xs" c="var(--mantine-color-error)" role="alert">{failureOf(error).detail}</Text>}
          {result !== undefined && <Text size="xs" role="status">{result.success ? `${plural(result.rowCount, 'row')} until ${dateTime(new Date(result.expiresAt))}. ` : ''}{result.message}</Text>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
