import { expect, it } from 'vitest';
import { withExactNumbers } from './exactNumbers';

it.each([
  ['{"id":9007199254740993}', '{"id":"9007199254740993"}'],
  ['[-9223372036854775808, 1]', '["-9223372036854775808", 1]'],
  ['[12345678901.123456789]', '["12345678901.123456789"]'],
  ['[123456789012345, 0.5, 1e300, -2.5E-7]', '[123456789012345, 0.5, 1e300, -2.5E-7]'],
  ['{"9007199254740993":"a \\" 9007199254740993, \\\\"}', '{"9007199254740993":"a \\" 9007199254740993, \\\\"}'],
])('%s keeps its digits', (json, exact) => {
  expect(withExactNumbers(json)).toBe(exact);
  expect(() => JSON.parse(withExactNumbers(json)) as unknown).not.toThrow();
});
