import { Button, Code, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { isSignedIn, onRefused, refusalNow, signIn, signOut } from '../api/credentials';

/** Asks for a key or token, once the gateway has refused a request that came without a good one. */
export function SignIn() {
  const refusal = useSyncExternalStore(onRefused, refusalNow);
  const [credential, setCredential] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (credential.trim() !== '') {
      signIn(credential);
    }
  };
  return (
    <Modal opened={refusal !== null} onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title="Sign in" centered>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{isSignedIn() ? refusal : 'This gateway asks who you are.'}</Text>
          <PasswordInput
            label="Key or token" data-autofocus autoComplete="off" value={credential} onChange={(event) => { setCredential(event.currentTarget.value); }}
            description={<>A key that <Code>./run.sh key create</Code> printed, or an access token of your identity provider. It is forgotten when this tab is closed.</>}
          />
          <Group justify="flex-end"><Button type="submit" disabled={credential.trim() === ''}>Sign in</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Nothing while nobody has signed in. */
export function SignOut() {
  return isSignedIn() ? <Button size="compact-sm" variant="default" onClick={signOut}>Sign out</Button> : null;
}
