import { expect, it } from 'vitest';
import { tickText } from './charts';
import { bytes, compact, duration, plural } from './format';

it('figures are short', () => {
  expect([0, 1023, 1024, 1536, 150 * 1024, 5 * 1024 ** 4].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '150 KiB', '5.0 TiB']);
  expect([0, 0.42, 12.4, 3400, 320_000, 11_100_000].map(duration)).toEqual(['0 ms', '0.4 ms', '12 ms', '3.4 s', '5 min 20 s', '3 h 5 min']);
  expect([9_999, 1_234_567].map(compact)).toEqual(['9,999', '1.2M']);
  expect([plural(1, 'row'), plural(2_000, 'row'), plural(2, 'query', 'queries')]).toEqual(['1 row', '2,000 rows', '2 queries']);
});

it('ticks say the day at midnight and the time else', () => {
  const at = (hours: number) => +new Date(2026, 10, 21, hours) / 1000;
  expect([tickText(at(0), 3600), tickText(at(14), 3600), tickText(at(14), 10), tickText(at(14), 86_400)]).toEqual(['Nov 21', '14:00', '14:00:00', 'Nov 21']);
});
