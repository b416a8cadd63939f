import { addressOf } from '../api/addresses';
import { credentials } from '../api/credentials';
import { who, withTenant } from '../api/who';
import type { Health } from './health';

const timeoutMilliseconds = 15_000;

export async function readHealth(signal: AbortSignal): Promise<Health> {
  const response = await fetch(withTenant(addressOf('health/ready'), (await who())?.tenant ?? null), { headers: await credentials(), signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]) });
  if (response.status !== 200 && response.status !== 503) {
    throw new Error(`/health/ready answered ${response.status}.`);
  }

  return (await response.json()) as Health;
}
