import { describe, expect, it } from 'vitest';
import { askedAt, fieldSuggestions, replaced, take } from './searchBar';

describe('what is typed', () => {
  it('is taken apart into words and conditions', () => {
    expect(take('disk level:ERROR "not  found" -full time:12 http://x')).toEqual({
      search: 'disk "not  found" -full time:12 http://x',
      conditions: [{ field: 'level', value: 'ERROR', excluded: false }],
    });
  });

  it('keeps a phrase that looks like a condition', () => {
    expect(take('"level:ERROR is set"')).toEqual({ search: '"level:ERROR is set"', conditions: [] });
  });

  it('keeps a quote that is not closed, which the gateway complains about', () => {
    expect(take('"disk full').search).toBe('"disk full');
  });
});

describe('suggestions', () => {
  it('are of fields while a name is typed', () => {
    expect(askedAt('disk -lev', 9)).toEqual({ kind: 'field', start: 5, sign: '-', typed: 'lev' });
    expect(askedAt('disk ', 5)).toBeNull();
    expect(fieldSuggestions('id', [])).toEqual(['resource_id', 'parent_resource_id', 'trace_id', 'span_id', 'user_id']);
    expect(fieldSuggestions('metadata.st', ['status', 'agent'])).toEqual(['metadata.status']);
    expect(fieldSuggestions('zz', ['status'])).toEqual([]);
  });

  it('are of values behind a colon', () => {
    expect(askedAt('level:"ER', 9)).toEqual({ kind: 'value', start: 0, sign: '', field: 'level', typed: 'ER' });
    expect(askedAt('time:12', 7)).toBeNull();
  });

  it('replace what they are for, and nothing else', () => {
    const asked = askedAt('a -lev b', 6)!;
    expect(replaced('a -lev b', 6, asked, 'level:')).toEqual({ text: 'a -level: b', caret: 9 });
  });
});
