import { describe, expect, it } from 'vitest';
import { betweenOf, boundsOf, lastOf, nameOf, shifted, widened } from './timeRange';

const now = new Date('2026-11-22T12:00:00Z');
const at = (text: string) => new Date(`2026-11-${text}Z`);

describe('time ranges', () => {
  it('that end now are open at the end', () => {
    expect(boundsOf(lastOf('6h')!, now)).toEqual({ from: at('22T06:00:00'), to: null });
    expect(boundsOf({ kind: 'all' }, now)).toEqual({ from: null, to: null });
  });

  it.each(['0m', '7x', '', 'm', '12345m'])('%s is none', (text) => { expect(lastOf(text)).toBeNull(); });

  it('between two instants need both, in order', () => {
    expect(betweenOf('2026-11-02T00:00:00Z', '2026-11-01T00:00:00Z')).toBeNull();
    expect(betweenOf('2026-11-01T00:00:00Z', null)).toBeNull();
    expect(betweenOf('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')?.kind).toBe('between');
  });

  it('have names', () => {
    expect(['15m', '1h', '730d'].map((amount) => nameOf(lastOf(amount)!, String))).toEqual(['Last 15 minutes', 'Last hour', 'Last 2 years']);
  });

  it('are moved and widened, not into the future', () => {
    const bounds = { from: at('22T10:00:00'), to: at('22T12:00:00') };
    expect(shifted(bounds, -1)).toEqual({ kind: 'between', from: at('22T08:00:00'), to: at('22T10:00:00') });
    expect(widened(bounds, now)).toEqual({ kind: 'between', from: at('22T08:00:00'), to: at('22T12:00:00') });
  });
});
