import { Button, Modal, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { useLocation } from 'react-router';
import { isSignedIn, onRefused, refusalNow } from '../api/credentials';
import { LoadingState } from '../ui/States';
import { here, signInPath } from './returning';
import { signOut } from './signOut';

const SignInForm = lazy(async () => ({ default: (await import('./SignInForm')).SignInForm }));

/** Asks who it is, once the gateway has refused a request that came without a good key. */
export function SignIn() {
  const refusal = useSyncExternalStore(onRefused, refusalNow);
  const isOwnPage = useLocation().pathname === `/${signInPath}`;
  return (
    <Modal opened={refusal !== null && !isOwnPage} onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title="Sign in" centered>
      <Stack gap="sm">
        <Text size="sm">{isSignedIn() ? refusal : 'This gateway asks who you are.'}</Text>
        <Suspense fallback={<LoadingState label="Loading" />}><SignInForm returnTo={here()} /></Suspense>
      </Stack>
    </Modal>
  );
}

/** Nothing while nobody has signed in. */
export function SignOut() {
  const [isLeaving, setLeaving] = useState(false);
  return isSignedIn()
    ? <Button size="compact-sm" variant="default" loading={isLeaving} onClick={() => { setLeaving(true); void signOut(); }}>Sign out</Button>
    : null;
}
