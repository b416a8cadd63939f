import { root } from '../api/addresses';

/** The page that signs in; providers send people back to it, so its address is registered with them. */
export const signInPath = 'sign-in';

/** Where somebody is now, for after the sign-in. */
export const here = (): string => location.href;

/** The page that signs in, and returns to `address` after it. */
export const signInAddress = (address: string): string => `${new URL(signInPath, root).href}?return=${encodeURIComponent(address)}`;

/**
 * An address to return to, as it is safe to go to: a page of the gateway's, and not the one that signs in. Whatever else somebody may have written into a link leads to the root.
 */
export function landing(address: string | null, gateway: URL = root): string {
  let asked: URL;
  try {
    asked = new URL(address ?? '', gateway);
  } catch {
    return gateway.href;
  }

  const isOurs = asked.origin === gateway.origin && asked.pathname.startsWith(gateway.pathname) && asked.username === '' && asked.password === '';
  return isOurs && asked.pathname !== new URL(signInPath, gateway).pathname ? asked.href : gateway.href;
}
