import { Button, Code, Group, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { keep } from '../api/credentials';
import { failureOf } from '../api/failure';
import { NotKnown, whoseIs } from '../api/who';
import { arrive } from './arrive';

/** Takes a key or token that the gateway takes, and goes on to `returnTo`. */
export function KeyForm({ returnTo, isFirst }: { readonly returnTo: string; readonly isFirst: boolean }) {
  const [credential, setCredential] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const signIn = async () => {
    setAsking(true);
    try {
      await whoseIs({ Authorization: `Bearer ${credential.replace(/^Bearer\s+/i, '').trim()}` });
      keep(credential, null);
      arrive(returnTo);
    } catch (error) {
      setAsking(false);
      setWrong(error instanceof NotKnown ? error.failure.detail : failureOf(error).detail);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (credential.trim() !== '') {
      void signIn();
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          label="Key or token" autoFocus={isFirst} data-autofocus={isFirst || undefined} autoComplete="off" value={credential} error={wrong} errorProps={{ role: 'alert' }}
          description={<>A key that <Code>./run.sh key create</Code> printed, or an access token of your identity provider. It is forgotten when this tab is closed.</>}
          onChange={(event) => {
            setCredential(event.currentTarget.value);
            setWrong(null);
          }}
        />
        <Group justify="flex-end"><Button type="submit" variant={isFirst ? 'filled' : 'default'} loading={isAsking} disabled={credential.trim() === ''}>Sign in</Button></Group>
      </Stack>
    </form>
  );
}
