import { describe, expect, it } from 'vitest';
import { added, read, removed, write, type Condition } from './condition';

describe('conditions', () => {
  it.each<[string, Condition]>([
    ['level:ERROR', { field: 'level', value: 'ERROR', excluded: false }],
    ['-user_id:7', { field: 'userId', value: '7', excluded: true }],
    ['workflow_name:"nightly load"', { field: 'workflowName', value: 'nightly load', excluded: false }],
    ['resource_id:http://a/b', { field: 'resourceId', value: 'http://a/b', excluded: false }],
    ['message:"say \\"hi\\""', { field: 'message', value: 'say "hi"', excluded: false }],
    ['metadata.status:404', { field: 'metadata', path: 'status', value: 404, excluded: false }],
    ['metadata.a.b[0]:"x y"', { field: 'metadata', path: 'a.b[0]', value: 'x y', excluded: false }],
    ['metadata."a:b.c":null', { field: 'metadata', path: '"a:b.c"', value: null, excluded: false }],
    ['-metadata.agent:*', { field: 'metadata', path: 'agent', value: undefined, excluded: true }],
  ])('%s is read, and written as it was', (text, condition) => {
    expect(read(text)).toEqual(condition);
    expect(write(condition)).toBe(text);
  });

  it('a name in camel case, and a text without quotes, are understood', () => {
    expect(read('workflowName:x')).toEqual({ field: 'workflowName', value: 'x', excluded: false });
    expect(read('metadata.host:web-1')).toEqual({ field: 'metadata', path: 'host', value: 'web-1', excluded: false });
  });

  it.each(['disk', 'http://x', 'level:', ':x', 'unknown:7', 'metadata.:1', '-metadata.status:404', ''])('%s is no condition', (text) => {
    expect(read(text)).toBeNull();
  });

  it('one that is added again, or the other way round, is there once', () => {
    const only: Condition = { field: 'level', value: 'INFO', excluded: false };
    const without: Condition = { ...only, excluded: true };
    expect(added(added([], only), only)).toEqual([only]);
    expect(added(added([], only), without)).toEqual([without]);
    expect(removed([only], only)).toEqual([]);
  });
});
