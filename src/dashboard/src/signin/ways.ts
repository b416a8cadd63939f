import { addressOf } from '../api/addresses';
import { failureOfResponse, type Failure } from '../api/failure';
import { withTenant } from '../api/who';

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

/** The gateway serves several tenants, whose people sign in in different ways. */
export class TenantWanted extends Error {}

export class WaysUnknown extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

/** Longer than the gateway itself waits for the provider. */
const timeoutMilliseconds = 15_000;

/**
 * @param tenant Whose ways; null: those of the tenant that this browser asked for last, or of all.
 * @throws {TenantWanted} when that depends on the tenant.
 * @throws {WaysUnknown} when the gateway answers something else.
 */
export async function readWays(tenant: string | null = null): Promise<Ways> {
  const response = await fetch(withTenant(addressOf('auth'), tenant), { signal: AbortSignal.timeout(timeoutMilliseconds) });
  if (response.status === 401) {
    throw new TenantWanted();
  }

  if (!response.ok) {
    throw new WaysUnknown(await failureOfResponse(response));
  }

  return (await response.json()) as Ways;
}

/** What people know a provider by. */
export const hostOf = (provider: Provider): string => new URL(provider.issuer).host;
