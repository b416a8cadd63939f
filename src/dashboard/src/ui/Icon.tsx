/** The outlines that the dashboard draws, in a field of 24 by 24. */
const paths = {
  logs: 'M4 6h16M4 12h16M4 18h10',
  tables: 'M4 5h16v14H4zM4 10h16M10 10v9',
  sql: 'M8 8l-4 4 4 4M16 8l4 4-4 4M13.5 6l-3 12',
  playground: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 3v18M4 7.5l16 9M20 7.5l-16 9',
  operations: 'M3 12h4l3 8 4-16 3 8h4',
  sun: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 119.5 4a7 7 0 0010.5 10.5z',
  search: 'M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5',
  filter: 'M4 5h16l-6 7v6l-4 2v-8z',
  play: 'M7 5l12 7-12 7z',
  pause: 'M8 5v14M16 5v14',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  bookmark: 'M7 4h10v16l-5-4-5 4z',
  clock: 'M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4l3 2',
  refresh: 'M20 11a8 8 0 10-.5 4M20 5v6h-6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  chevron: 'M9 6l6 6-6 6',
  context: 'M4 5h10M4 9h16M4 15h16M4 19h10',
  check: 'M5 12l5 5 9-10',
  warning: 'M12 4l9 16H3zM12 10v4M12 17v.5',
  inbox: 'M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  zoomIn: 'M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5M8 11h6M11 8v6',
  zoomOut: 'M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5M8 11h6',
  back: 'M19 12H5M11 6l-6 6 6 6',
  forward: 'M5 12h14M13 6l6 6-6 6',
  signOut: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
