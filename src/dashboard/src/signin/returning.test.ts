import { expect, it, vi } from 'vitest';

// No document here, as there is in a browser.
vi.mock('../api/addresses', () => ({ root: new URL('https://gateway.example/data/') }));
const { landing } = await import('./returning');
const { dueAt } = await import('./due');

it.each([
  ['https://gateway.example/data/tables/default/sales?x=1#top', 'https://gateway.example/data/tables/default/sales?x=1#top'],
  ['graphql?query=%7Ba%7D', 'https://gateway.example/data/graphql?query=%7Ba%7D'],
  ['/data/sql', 'https://gateway.example/data/sql'],
  // Elsewhere, or where one would go in circles.
  ['https://evil.example/data/', 'https://gateway.example/data/'],
  ['//evil.example/data/', 'https://gateway.example/data/'],
  ['https://gateway.example@evil.example/data/', 'https://gateway.example/data/'],
  ['https://me:it@gateway.example/data/sql', 'https://gateway.example/data/'],
  ['/other', 'https://gateway.example/data/'],
  ['javascript:alert(1)', 'https://gateway.example/data/'],
  ['http://[', 'https://gateway.example/data/'],
  ['sign-in?return=sql', 'https://gateway.example/data/'],
  [null, 'https://gateway.example/data/'],
])('%s leads to %s', (address, there) => {
  expect(landing(address)).toBe(there);
});

it.each([
  [3600, 3540],
  [10, 5],
])('a token of %i seconds is renewed after %i', (lifetime, due) => {
  expect(dueAt(1_000_000, lifetime)).toEqual({ endsAt: 1_000_000 + lifetime * 1000, dueAt: 1_000_000 + due * 1000 });
});
