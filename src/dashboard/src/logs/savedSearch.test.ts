import { expect, it } from 'vitest';
import { readSaved, removed, saved } from './savedSearch';

it('searches are kept by name, the latest first', () => {
  const two = saved(saved([], { name: 'a', parameters: '?q=1' }), { name: 'b', parameters: '?q=2' });
  expect(saved(two, { name: 'a', parameters: '?q=3' })).toEqual([{ name: 'a', parameters: '?q=3' }, { name: 'b', parameters: '?q=2' }]);
  expect(removed(two, 'b')).toEqual([{ name: 'a', parameters: '?q=1' }]);
});

it('what is no search in the storage is left out', () => {
  expect(readSaved('{"x":1}')).toEqual([]);
  expect(readSaved('not json')).toEqual([]);
  expect(readSaved('[1,{"name":"a","parameters":"?"}]')).toEqual([{ name: 'a', parameters: '?' }]);
});
