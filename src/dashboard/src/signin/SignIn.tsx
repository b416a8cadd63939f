import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { useLocation } from 'react-router';
import { isSignedIn, onRefused, refusalNow } from '../api/credentials';
import { who, type Who } from '../api/who';
import { Icon } from '../ui/Icon';
import { LoadingState } from '../ui/States';
import { here, signInPath } from './returning';
import classes from './SignIn.module.css';
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

/** Whose data is shown, and the way out; nothing while nobody has signed in. */
export function SignedIn() {
  const [me, setMe] = useState<Who | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => { void who().then(setMe); }, []);
  if (!isSignedIn()) {
    return null;
  }

  return (
    <Group gap="xs" wrap="nowrap">
      {me !== null && <Text size="sm" className={classes.who} title={sentenceOf(me)}>{me.tenant ?? me.id}</Text>}
      <Button size="compact-sm" variant="default" aria-label="Sign out" loading={isLeaving} onClick={() => { setLeaving(true); void signOut(); }}>
        <Icon name="signOut" size={14} /><Text span inherit ml={6} visibleFrom="sm">Sign out</Text>
      </Button>
    </Group>
  );
}

const sentenceOf = ({ id, tenant, roles }: Who): string => `Signed in as ${id}${tenant === null ? '' : ` of tenant ${tenant}`}: ${roles.length === 0 ? 'without a role' : roles.join(', ')}`;
