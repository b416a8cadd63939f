import { ErrorResponse, ErrorTimeout, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { addressOf } from '../api/addresses';
import { forget, keep } from '../api/credentials';
import type { Failure } from '../api/failure';
import { dueAt } from './due';
import { landing, signInPath } from './returning';
import type { Provider } from './ways';

// Signing in at a provider of OpenID Connect: authorization code with PKCE. It brings a library along, so it is loaded where somebody does that, and where his token is to be renewed.

/** The provider that somebody was sent to, for when he comes back and for renewing. */
const place = 'federatedquery.provider';
const timeoutSeconds = 10;

/** The way back is with the library's own notes, which only this tab has. */
interface Noted {
  readonly returnTo: string;
}

/** Sends the browser to the provider. Comes back only by failing. */
export async function begin(provider: Provider, returnTo: string): Promise<void> {
  sessionStorage.setItem(place, JSON.stringify(provider));
  const manager = managerOf(provider);
  // Of sign-ins that were begun and given up.
  await manager.clearStaleState();
  await manager.signinRedirect({ state: { returnTo } satisfies Noted });
}

/**
 * The other half, where the provider has sent the browser back to: exchanges the code for a token and keeps it.
 * @returns Where to go on.
 */
export async function complete(address: string): Promise<string> {
  const provider = kept();
  if (provider === null) {
    throw new NotBegun();
  }

  const manager = managerOf(provider);
  const user = await manager.signinRedirectCallback(address);
  keepTokenOf(user);
  return landing((user.state as Noted | undefined)?.returnTo ?? null);
}

/**
 * Gets a new token for the one that ends.
 * @returns False: the provider gives none, and is not to be asked again.
 */
export async function renewToken(): Promise<boolean> {
  const provider = kept();
  if (provider === null) {
    return false;
  }

  try {
    const user = await managerOf(provider).signinSilent();
    if (user === null) {
      return false;
    }

    keepTokenOf(user);
    return true;
  } catch (error) {
    if (error instanceof ErrorResponse) {
      console.warn('The sign-in provider renews the token no more.', error.message);
      return false;
    }

    throw error;
  }
}

/** Gives the tokens back, forgets them, and signs out at the provider too where it has a page for that. */
export async function end(): Promise<void> {
  const provider = kept();
  if (provider === null) {
    forget();
    location.reload();
    return;
  }

  const manager = managerOf(provider);
  const user = await manager.getUser();
  forget();
  sessionStorage.removeItem(place);
  if (provider.endpoints?.revocation !== null) {
    // Who signs out is signed out here whether the provider answers or not; the tokens end by themselves.
    await manager.revokeTokens(['refresh_token']).catch((error: unknown) => { console.warn('The provider did not take the token back.', error); });
  }

  await manager.removeUser();
  if (provider.endpoints?.endSession === null || user?.id_token === undefined) {
    location.reload();
  } else {
    await manager.signoutRedirect({ id_token_hint: user.id_token });
  }
}

export const isOfProvider = (): boolean => kept() !== null;

/** Where somebody was going who did not get in; null: that is not known. */
export const returnOf = (error: unknown): string | null => (error instanceof ErrorResponse ? ((error.state as Noted | undefined)?.returnTo ?? null) : null);

/** What went wrong on the way, as people are told of it. */
export function failureOfProvider(error: unknown): Failure {
  if (error instanceof ErrorResponse) {
    const said = error.error_description ?? error.error ?? 'no reason was given';
    return { title: 'The sign-in provider refused', detail: said, advice: error.error === 'access_denied' ? 'Sign in again, as somebody who may.' : 'Try again; if it stays so, ask whoever runs the provider.' };
  }

  if (error instanceof NotBegun || (error instanceof Error && error.message.includes('No matching state'))) {
    return { title: 'This sign-in is not known here', detail: 'It was begun in another tab, or has been used.', advice: 'Sign in again.' };
  }

  if (error instanceof ErrorTimeout || error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) {
    return { title: 'The sign-in provider does not answer', detail: error.message, advice: 'Check that this machine reaches it, then try again.' };
  }

  return { title: 'The sign-in did not succeed', detail: error instanceof Error ? error.message : String(error), advice: 'Try again; if it stays so, ask whoever runs the provider.' };
}

class NotBegun extends Error {}

function keepTokenOf(user: User): void {
  keep(user.access_token, user.refresh_token === undefined || user.expires_in === undefined ? null : dueAt(Date.now(), user.expires_in));
}

function kept(): Provider | null {
  const text = sessionStorage.getItem(place);
  return text === null ? null : (JSON.parse(text) as Provider);
}

function managerOf({ issuer, clientId, scope, audience, endpoints }: Provider): UserManager {
  if (endpoints === null) {
    throw new TypeError(`The gateway cannot ask '${issuer}' where people sign in.`);
  }

  const store = new WebStorageStateStore({ store: sessionStorage });
  const back = addressOf(signInPath);
  return new UserManager({
    authority: issuer,
    // As the gateway has read it: the provider need not let pages of others read its configuration.
    metadata: {
      issuer,
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
      ...(endpoints.endSession === null ? {} : { end_session_endpoint: endpoints.endSession }),
      ...(endpoints.revocation === null ? {} : { revocation_endpoint: endpoints.revocation }),
    },
    client_id: clientId,
    scope,
    redirect_uri: back,
    post_logout_redirect_uri: back,
    // Whom the token is for: some providers want to be told, the others pass it over (RFC 6749, 3.1).
    extraQueryParams: { audience },
    userStore: store,
    stateStore: store,
    automaticSilentRenew: false,
    requestTimeoutInSeconds: timeoutSeconds,
  });
}
