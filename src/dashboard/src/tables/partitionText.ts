/** A partition's path as people read it: `day=2026-01-31/region=a%2Fb` as "day 2026-01-31, region a/b". */
export const partitionText = (path: string): string =>
  path === '' ? 'not divided' : path.split('/').map((part) => part.split('=').map(decodeURIComponent).join(' ')).join(', ');
