import { addressOf } from '../api/addresses';
import { failureOfResponse, type Failure } from '../api/failure';

/** Where people sign in, by OpenID Connect. See `SignInProvider` of the gateway. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience: string;
  readonly isReachable: boolean;
  readonly endpoints: {
    readonly authorization: string;
    readonly token: string;
    readonly endSession: string | null;
    readonly revocation: string | null;
  } | null;
}

/** How people sign in at this gateway. */
export interface Ways {
  readonly mode: 'none' | 'apikey' | 'jwt';
  readonly provider: Provider | null;
}

export class WaysUnknown extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

/** Longer than the gateway itself waits for the provider. */
const timeoutMilliseconds = 15_000;

/** @throws {WaysUnknown} when the gateway answers, but not with that. */
export async function readWays(): Promise<Ways> {
  const response = await fetch(addressOf('auth'), { signal: AbortSignal.timeout(timeoutMilliseconds) });
  if (!response.ok) {
    throw new WaysUnknown(await failureOfResponse(response));
  }

  return (await response.json()) as Ways;
}

/** What people know a provider by. */
export const hostOf = (provider: Provider): string => new URL(provider.issuer).host;
