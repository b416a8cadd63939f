const place = 'federatedquery.credential';
const listeners = new Set<() => void>();
let refusal: string | null = null;

/** What goes with each request, whoever makes it: headers of HTTP requests, and the same as payload of a WebSocket's `connection_init`. The one place for it. */
export const credentials = (): Record<string, string> => {
  const credential = sessionStorage.getItem(place);
  return credential === null ? {} : { Authorization: `Bearer ${credential}` };
};

export const isSignedIn = (): boolean => sessionStorage.getItem(place) !== null;

/** Keeps a key or token for as long as this tab is open. What was shown before was somebody else's, or nobody's: the page is loaded anew. */
export function signIn(credential: string): void {
  sessionStorage.setItem(place, credential.replace(/^Bearer\s+/i, '').trim());
  location.reload();
}

export function signOut(): void {
  sessionStorage.removeItem(place);
  location.reload();
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
