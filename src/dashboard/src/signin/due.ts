import type { Renewal } from '../api/credentials';

/** Before its end, as long as the token lives that long. */
const mostSeconds = 60;

/** When a token of that many seconds is to be renewed. */
export function dueAt(now: number, lifetimeSeconds: number): Renewal {
  const endsAt = now + lifetimeSeconds * 1000;
  return { endsAt, dueAt: endsAt - Math.min(mostSeconds, lifetimeSeconds / 2) * 1000 };
}
