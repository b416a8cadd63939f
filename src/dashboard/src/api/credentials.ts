const place = 'federatedquery.credential';
const renewalPlace = 'federatedquery.renewal';
/** The provider is not asked more often for a new token, whatever asks for one. */
const pauseMilliseconds = 10_000;

/** Of a token that the sign-in provider renews: when it ends, and from when on it is renewed, both as Date.now() has it. */
export interface Renewal {
  readonly endsAt: number;
  readonly dueAt: number;
}

const listeners = new Set<() => void>();
let refusal: string | null = null;
let renewing: Promise<void> | null = null;
let failedAt = -Infinity;

/**
 * What goes with each request, whoever makes it: headers of HTTP requests, and the same as payload of a WebSocket's `connection_init`. The one place for it.
 * A token that ends soon is renewed first, where the provider does that.
 */
export async function credentials(): Promise<Record<string, string>> {
  if (isDue(renewalNow(), Date.now(), failedAt)) {
    await (renewing ??= renew());
  }

  const credential = sessionStorage.getItem(place);
  return credential === null ? {} : { Authorization: `Bearer ${credential}` };
}

export const isDue = (renewal: Renewal | null, now: number, failed: number): boolean => renewal !== null && now >= renewal.dueAt && now - failed >= pauseMilliseconds;

export const isSignedIn = (): boolean => sessionStorage.getItem(place) !== null;

/** Keeps a key or token for as long as this tab is open. */
export function keep(credential: string, renewal: Renewal | null): void {
  sessionStorage.setItem(place, credential.replace(/^Bearer\s+/i, '').trim());
  if (renewal === null) {
    sessionStorage.removeItem(renewalPlace);
  } else {
    sessionStorage.setItem(renewalPlace, JSON.stringify(renewal));
  }
}

/** Forgets who asked here. What the page shows was his: it is to be loaded anew. */
export function forget(): void {
  sessionStorage.removeItem(place);
  sessionStorage.removeItem(renewalPlace);
}

/** The gateway does not know who asks. */
export function refused(reason: string): void {
  if (refusal !== reason) {
    refusal = reason;
    listeners.forEach((listener) => { listener(); });
  }
}

/** Why the gateway wants to know who asks; null: it does not. */
export const refusalNow = (): string | null => refusal;

export function onRefused(listener: () => void): () => void {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

function renewalNow(): Renewal | null {
  const text = sessionStorage.getItem(renewalPlace);
  return text === null ? null : (JSON.parse(text) as Renewal);
}

/** What goes wrong leaves the token as it is: as long as it is good nobody need be told, and after that the gateway refuses it. */
async function renew(): Promise<void> {
  try {
    const { renewToken } = await import('../signin/provider');
    if (!(await renewToken())) {
      sessionStorage.removeItem(renewalPlace);
    }
  } catch (error) {
    failedAt = Date.now();
    console.warn('The token could not be renewed; that is tried again.', error);
  } finally {
    renewing = null;
  }
}
