import { expect, it } from 'vitest';
import { isDue } from './credentials';

const renewal = { dueAt: 100_000, endsAt: 160_000 };

it.each([
  ['of a key', null, 150_000, -Infinity, false],
  ['long before the end', renewal, 99_999, -Infinity, false],
  ['shortly before the end', renewal, 100_000, -Infinity, true],
  ['after a night', renewal, 9_000_000, -Infinity, true],
  ['just after the provider did not answer', renewal, 105_000, 100_000, false],
  ['some time after that', renewal, 110_000, 100_000, true],
])('is a token renewed %s', (_, of, now, failedAt, expected) => {
  expect(isDue(of, now, failedAt)).toBe(expected);
});
