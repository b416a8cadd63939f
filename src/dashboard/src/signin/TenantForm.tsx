import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { failureOf } from '../api/failure';
import { readWays, WaysUnknown } from './ways';

/** Asks whose people somebody is of, where each tenant's sign in elsewhere; loads the page anew as that tenant's. */
export function TenantForm() {
  const [tenant, setTenant] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const choose = async () => {
    setAsking(true);
    try {
      await readWays(tenant.trim());
      const address = new URL(location.href);
      address.searchParams.set('tenant', tenant.trim());
      // What the page may connect to depends on the tenant, too.
      location.assign(address);
    } catch (error) {
      setAsking(false);
      setWrong(error instanceof WaysUnknown ? error.failure.detail : failureOf(error).detail);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tenant.trim() !== '') {
      void choose();
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Tenant" description="Its people sign in at a provider of their own." autoComplete="organization" value={tenant} error={wrong} errorProps={{ role: 'alert' }}
          onChange={(event) => {
            setTenant(event.currentTarget.value);
            setWrong(null);
          }}
        />
        <Group justify="flex-end"><Button type="submit" variant="default" loading={isAsking} disabled={tenant.trim() === ''}>Go on</Button></Group>
      </Stack>
    </form>
  );
}
