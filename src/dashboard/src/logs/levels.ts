/** Levels by how grave they are; shippers write them in many ways. */
export type Severity = 'error' | 'warn' | 'info' | 'debug' | 'other';

export const severities: readonly Severity[] = ['error', 'warn', 'info', 'debug', 'other'];

const bySeverity: Readonly<Record<Exclude<Severity, 'other'>, readonly string[]>> = {
  error: ['ERROR', 'ERR', 'FATAL', 'CRITICAL', 'CRIT', 'ALERT', 'EMERG', 'EMERGENCY', 'PANIC', 'SEVERE'],
  warn: ['WARN', 'WARNING'],
  info: ['INFO', 'INFORMATION', 'NOTICE'],
  debug: ['DEBUG', 'TRACE', 'VERBOSE', 'FINE', 'FINER', 'FINEST'],
};

const known = new Map<string, Severity>(Object.entries(bySeverity).flatMap(([severity, names]) => names.map((name) => [name, severity as Severity] as const)));

export const severityOf = (level: string): Severity => known.get(level.toUpperCase()) ?? 'other';

/** Grounds of bars and badges, told apart by people who see colours differently, too. */
export const colors: Readonly<Record<'light' | 'dark', Readonly<Record<Severity, string>>>> = {
  light: { error: '#c92a2a', warn: '#e8890c', info: '#4263eb', debug: '#868e96', other: '#7048e8' },
  dark: { error: '#ff6b6b', warn: '#ffb84d', info: '#748ffc', debug: '#868e96', other: '#b197fc' },
};

export const names: Readonly<Record<Severity, string>> = { error: 'Error', warn: 'Warning', info: 'Info', debug: 'Debug', other: 'Other' };
