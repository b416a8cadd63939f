import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isSignedIn } from '../api/credentials';
import { failureOf, type Failure } from '../api/failure';
import { FailureAlert, LoadingState } from '../ui/States';
import { useDocumentTitle } from '../ui/useDocumentTitle';
import { arrive } from './arrive';
import { landing } from './returning';
import { SignInForm } from './SignInForm';

/** Where to go on, or what went wrong and where it was to lead. */
type Outcome = { readonly failure: null; readonly returnTo: string } | { readonly failure: Failure; readonly returnTo: string | null };

/** A code is good once, however often React draws the page. */
let completion: Promise<Outcome> | null = null;

/** Signs in for pages that have no room for it (the playground), and is where providers send people back to. */
export function SignInPage() {
  useDocumentTitle('Sign in');
  const [address] = useState(() => new URL(location.href));
  const isBack = address.searchParams.has('state') && (address.searchParams.has('code') || address.searchParams.has('error'));
  const [failed, setFailed] = useState<Outcome | null>(null);
  useEffect(() => {
    if (isBack) {
      completion ??= complete(address.href);
      void completion.then((outcome) => {
        // A code in the history is of no use to anybody but those who should not have it.
        history.replaceState(null, '', address.pathname);
        if (outcome.failure === null) {
          arrive(outcome.returnTo);
        } else {
          setFailed(outcome);
        }
      });
    }
  }, [isBack, address]);

  if (isBack && failed === null) {
    return <LoadingState label="Signing in" />;
  }

  const returnTo = landing(failed === null ? address.searchParams.get('return') : failed.returnTo);
  return (
    <Paper maw={460} w="calc(100% - 32px)" mx="auto" mt={{ base: 'md', sm: 'xl' }} p="lg" withBorder>
      <Stack gap="sm">
        <Title order={1} size="h3">Sign in</Title>
        {failed?.failure != null && <FailureAlert failure={failed.failure} />}
        {isSignedIn() && <Text size="sm">You are signed in. <Anchor href={returnTo} underline="always">Go on</Anchor>, or sign in as somebody else.</Text>}
        <SignInForm returnTo={returnTo} />
      </Stack>
    </Paper>
  );
}

async function complete(address: string): Promise<Outcome> {
  try {
    const library = await import('./provider');
    return await library.complete(address).then(
      (returnTo) => ({ failure: null, returnTo }),
      (error: unknown) => ({ failure: library.failureOfProvider(error), returnTo: library.returnOf(error) }),
    );
  } catch (error) {
    return { failure: failureOf(error), returnTo: null };
  }
}
