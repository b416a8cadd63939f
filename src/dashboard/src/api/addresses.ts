/** Apart, for Vite takes the two together for the address of a file to bundle. */
const self = import.meta.url;

/** The gateway's root, which a proxy may have put below a prefix: index.html says it by its <base>. The playground has none; this file lies in `assets` there. */
export const root = new URL('./', document.querySelector('base') === null ? new URL('../', self) : document.baseURI);

/** The path of the root without a slash at its end, as the router wants it. */
export const basename = root.pathname.replace(/\/$/, '') || '/';

/** An address of the gateway. `path` has no slash at its front. */
export const addressOf = (path: string): string => new URL(path, root).href;

/** The same for a WebSocket. */
export const socketAddressOf = (path: string): string => addressOf(path).replace(/^http/, 'ws');
