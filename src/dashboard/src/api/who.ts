import { addressOf, socketAddressOf } from './addresses';
import { credentials, isSignedIn } from './credentials';
import { failureOfResponse, type Failure } from './failure';

/** Who it is that a key or token is of, as the gateway says. */
export interface Who {
  readonly id: string;
  /** Null: of none. */
  readonly tenant: string | null;
  readonly roles: readonly string[];
}

/** The gateway does not take a key or token, or cannot say whose it is. */
export class NotKnown extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

const timeoutMilliseconds = 15_000;
let mine: Promise<Who | null> | null = null;

/** @throws {NotKnown} when the gateway answers that it takes no such key. */
export async function whoseIs(headers: Readonly<Record<string, string>>): Promise<Who> {
  const response = await fetch(addressOf('auth/me'), { headers, signal: AbortSignal.timeout(timeoutMilliseconds) });
  if (!response.ok) {
    throw new NotKnown(await failureOfResponse(response));
  }

  return (await response.json()) as Who;
}

/** Whom this tab's requests are of: asked for once, for whoever else signs in loads the page anew. Null: nobody has signed in, or the gateway does not say. */
export const who = (): Promise<Who | null> => (mine ??= ask());

/**
 * An address that says whose tenant's it is, where that is needed: WebSockets and the state of the gateway's parts are asked for without a key. (The gateway's cookie says it too, but another
 * tab may have signed in as somebody of another tenant meanwhile.)
 */
export const withTenant = (address: string, tenant: string | null): string => (tenant === null ? address : `${address}?tenant=${encodeURIComponent(tenant)}`);

/** Where subscriptions are asked for. */
export const socketAddress = async (): Promise<string> => withTenant(socketAddressOf('graphql'), (await who())?.tenant ?? null);

async function ask(): Promise<Who | null> {
  try {
    return isSignedIn() ? await whoseIs(await credentials()) : null;
  } catch (error) {
    // Why is told where something is asked for. Who asks may be said the next time.
    mine = null;
    console.warn('The gateway does not say who is signed in.', error);
    return null;
  }
}
