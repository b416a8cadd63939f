const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** 1234567 as 1,234,567. */
export const count = (value: number): string => whole.format(value);

/** 1234567 as 1.2M. */
export const compact = (value: number): string => (value < 10_000 ? whole.format(value) : short.format(value));

/** "1 row", "2 rows". */
export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }

  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** A length of time: 0 ms, 0.4 ms, 12 ms, 3.4 s, 5 min 20 s, 3 h 5 min. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) {
    return `${milliseconds > 0 && milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  }

  const seconds = milliseconds / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(1)} s`;
  }

  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

export const day = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

/** In the browser's time zone: 2026-11-21 14:03:22. */
export const dateTime = (at: Date): string => `${day(at)} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;

/** The same with thousandths of a second. */
export const precise = (at: Date): string => `${dateTime(at)}.${pad(at.getMilliseconds(), 3)}`;

/** As an <input type="datetime-local"> has it. */
export const localInput = (at: Date): string => dateTime(at).replace(' ', 'T');
