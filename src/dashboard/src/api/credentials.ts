/**
 * What goes with each request, whoever makes it: headers of HTTP requests, and the same as payload of a WebSocket's `connection_init`.
 * The one place for it. The gateway asks for nothing yet.
 */
export const credentials = (): Record<string, string> => ({});
