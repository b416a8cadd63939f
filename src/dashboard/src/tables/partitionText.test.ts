import { expect, it } from 'vitest';
import { partitionText } from './partitionText';

it.each([
  ['', 'not divided'],
  ['sold_at_month=2026-01', 'sold_at_month 2026-01'],
  ['day=2026-01-31/region=a%2Fb%3Dc%20d', 'day 2026-01-31, region a/b=c d'],
])('%s reads as %s', (path, text) => {
  expect(partitionText(path)).toBe(text);
});
