/** A time that is looked at: so long before now, or between two instants, or all there is. */
export type TimeRange =
  | { readonly kind: 'last'; readonly amount: string }
  | { readonly kind: 'between'; readonly from: Date; readonly to: Date }
  | { readonly kind: 'all' };

/** Ends are null where the range is open. */
export interface Bounds {
  readonly from: Date | null;
  readonly to: Date | null;
}

const unitMilliseconds: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const unitNames: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day', w: 'week' };
const amountPattern = /^([1-9]\d{0,3})([mhdw])$/;

export const presets = ['15m', '1h', '6h', '24h', '3d', '7d', '30d', '90d', '730d'] as const;

export const initialRange: TimeRange = { kind: 'last', amount: '7d' };

/** `15m`, `1h`, `7d`; null when it is none. */
export const lastOf = (amount: string): TimeRange | null => (amountPattern.test(amount) ? { kind: 'last', amount } : null);

export function betweenOf(from: string | null, to: string | null): TimeRange | null {
  const [start, end] = [new Date(from ?? ''), new Date(to ?? '')];
  return isNaN(+start) || isNaN(+end) || start >= end ? null : { kind: 'between', from: start, to: end };
}

/**
 * A range that ends now has no upper bound: its pages and its live tail ask for the same, and records from clocks that run ahead are seen.
 */
export function boundsOf(range: TimeRange, now: Date): Bounds {
  switch (range.kind) {
    case 'all':
      return { from: null, to: null };
    case 'between':
      return range;
    case 'last':
      return { from: new Date(+now - lengthOf(range.amount)), to: null };
  }
}

export function nameOf(range: TimeRange, format: (at: Date) => string): string {
  if (range.kind !== 'last') {
    return range.kind === 'all' ? 'All time' : `${format(range.from)} – ${format(range.to)}`;
  }

  const [amount, unit] = split(range.amount);
  return range.amount === '730d' ? 'Last 2 years' : amount === 1 ? `Last ${unitNames[unit]!}` : `Last ${amount} ${unitNames[unit]!}s`;
}

/** Twice as long around the same middle, but not past `now`. */
export function widened(bounds: { readonly from: Date; readonly to: Date }, now: Date): TimeRange {
  const length = +bounds.to - +bounds.from;
  const to = Math.min(+bounds.to + length / 2, Math.max(+now, +bounds.to));
  return { kind: 'between', from: new Date(to - 2 * length), to: new Date(to) };
}

/** As far before or behind as it is long. */
export function shifted(bounds: { readonly from: Date; readonly to: Date }, lengths: number): TimeRange {
  const by = (+bounds.to - +bounds.from) * lengths;
  return { kind: 'between', from: new Date(+bounds.from + by), to: new Date(+bounds.to + by) };
}

const lengthOf = (amount: string): number => {
  const [count, unit] = split(amount);
  return count * unitMilliseconds[unit]!;
};

function split(amount: string): [number, string] {
  const [, count, unit] = amountPattern.exec(amount) ?? [];
  if (count === undefined || unit === undefined) {
    throw new RangeError(`'${amount}' is no length of time.`);
  }

  return [Number(count), unit];
}
