import { Button, Code, Divider, Group, Loader, PasswordInput, Stack, Text } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { keep } from '../api/credentials';
import { failureOf, type Failure } from '../api/failure';
import { FailureAlert } from '../ui/States';
import { hostOf, readWays, WaysUnknown, type Provider, type Ways } from './ways';

/** Asks for a key or token, or leads to where one signs in; then to `returnTo`. */
export function SignInForm({ returnTo }: { readonly returnTo: string }) {
  const [ways, setWays] = useState<Ways | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [credential, setCredential] = useState('');
  const read = () => {
    setFailure(null);
    readWays().then(setWays, (error: unknown) => { setFailure(error instanceof WaysUnknown ? error.failure : failureOf(error)); });
  };
  useEffect(read, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (credential.trim() !== '') {
      keep(credential, null);
      arrive(returnTo);
    }
  };
  if (ways === null) {
    return failure === null ? <Group gap="sm" role="status"><Loader size="xs" /><Text size="sm">Asking the gateway how to sign in</Text></Group> : <FailureAlert failure={failure} retry={read} />;
  }

  return (
    <Stack gap="sm">
      {ways.provider !== null && (
        <>
          <WithProvider provider={ways.provider} returnTo={returnTo} retry={read} />
          <Divider label="or" />
        </>
      )}
      <form onSubmit={submit}>
        <Stack gap="sm">
          <PasswordInput
            label="Key or token" data-autofocus={ways.provider === null || undefined} autoComplete="off" value={credential} onChange={(event) => { setCredential(event.currentTarget.value); }}
            description={<>A key that <Code>./run.sh key create</Code> printed, or an access token of your identity provider. It is forgotten when this tab is closed.</>}
          />
          <Group justify="flex-end"><Button type="submit" variant={ways.provider === null ? 'filled' : 'default'} disabled={credential.trim() === ''}>Sign in</Button></Group>
        </Stack>
      </form>
    </Stack>
  );
}

function WithProvider({ provider, returnTo, retry }: { readonly provider: Provider; readonly returnTo: string; readonly retry: () => void }) {
  const [isLeaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  if (provider.endpoints === null) {
    return (
      <FailureAlert
        failure={provider.isReachable
          ? { title: 'Nobody can sign in there', detail: `${provider.issuer} says of no page for that.`, advice: 'Sign in with a key or token.' }
          : { title: 'The sign-in provider does not answer', detail: `The gateway cannot ask ${provider.issuer} at present.`, advice: 'Wait a little and try again, or sign in with a key.' }}
        retry={retry}
      />
    );
  }

  const leave = async () => {
    setLeaving(true);
    setFailure(null);
    const library = await import('./provider');
    try {
      await library.begin(provider, returnTo);
    } catch (error) {
      setLeaving(false);
      setFailure(library.failureOfProvider(error));
    }
  };
  const cannotLoad = (error: unknown) => {
    setLeaving(false);
    setFailure(failureOf(error));
  };
  return (
    <>
      {failure !== null && <FailureAlert failure={failure} />}
      <Button fullWidth data-autofocus loading={isLeaving} onClick={() => { leave().catch(cannotLoad); }}>Sign in with {hostOf(provider)}</Button>
    </>
  );
}

/** What was shown before was somebody else's, or nobody's: pages are loaded anew. */
export function arrive(address: string): void {
  const isHere = address.replace(/#.*/, '') === location.href.replace(/#.*/, '');
  if (isHere) {
    location.reload();
  } else {
    location.replace(address);
  }
}
