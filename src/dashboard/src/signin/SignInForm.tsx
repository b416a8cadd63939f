import { Anchor, Button, Divider, Group, Loader, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { failureOf, type Failure } from '../api/failure';
import { FailureAlert } from '../ui/States';
import { KeyForm } from './KeyForm';
import { TenantForm } from './TenantForm';
import { hostOf, readWays, TenantWanted, WaysUnknown, type Provider, type Ways } from './ways';

/** Asks for a key or token, or leads to where one signs in; then to `returnTo`. */
export function SignInForm({ returnTo }: { readonly returnTo: string }) {
  const [ways, setWays] = useState<Ways | 'by tenant' | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const read = () => {
    setFailure(null);
    readWays().then(setWays, (error: unknown) => {
      if (error instanceof TenantWanted) {
        setWays('by tenant');
      } else {
        setFailure(error instanceof WaysUnknown ? error.failure : failureOf(error));
      }
    });
  };
  useEffect(read, []);

  if (ways === null) {
    return failure === null ? <Group gap="sm" role="status"><Loader size="xs" /><Text size="sm">Asking the gateway how to sign in</Text></Group> : <FailureAlert failure={failure} retry={read} />;
  }

  if (ways === 'by tenant') {
    return (
      <Stack gap="sm">
        <KeyForm returnTo={returnTo} isFirst />
        <Divider label="or" />
        <TenantForm />
      </Stack>
    );
  }

  if (ways.mode === 'none') {
    return <Text size="sm">This gateway asks nobody who they are. <Anchor href={returnTo} underline="always">Go on</Anchor>.</Text>;
  }

  return (
    <Stack gap="sm">
      {ways.provider !== null && (
        <>
          <WithProvider provider={ways.provider} returnTo={returnTo} retry={read} />
          <Divider label="or" />
        </>
      )}
      <KeyForm returnTo={returnTo} isFirst={ways.provider?.endpoints == null} />
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
      <Button fullWidth autoFocus data-autofocus loading={isLeaving} onClick={() => { leave().catch(cannotLoad); }}>Sign in with {hostOf(provider)}</Button>
    </>
  );
}
