/** A value of a result as the grid shows it; null is told from text by its looks. */
export function textOf(value: unknown, type = ''): string {
  return value === null || value === undefined ? 'null' : typeof value === 'object' ? JSON.stringify(value) : withScale(String(value), type);
}

const fixed = /^(?:DECIMAL|NUMERIC)\(\d+, ?(\d+)\)$/i;

/** JSON leaves out zeros at the end; figures of one column stand below one another only with all of them. */
function withScale(text: string, type: string): string {
  const scale = Number(fixed.exec(type)?.[1] ?? 0);
  if (scale === 0 || !/^-?\d+(\.\d*)?$/.test(text)) {
    return text;
  }

  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(scale, '0')}`;
}

const numeric = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT|FLOAT|DOUBLE|REAL|DECIMAL|NUMERIC|INT|LONG|OID|SERIAL|MONEY)/i;

/** Numbers are set to the right. */
export const isNumeric = (type: string): boolean => numeric.test(type) && !type.endsWith('[]');

const mostOfType = 14;

/** Characters a column is wide: of its name and of the first rows, within bounds. */
export function widthOf(name: string, type: string, rows: readonly Readonly<Record<string, unknown>>[]): number {
  const longest = rows.slice(0, 100).reduce((most, row) => Math.max(most, textOf(row[name], type).length), name.length + 1 + Math.min(type.length, mostOfType));
  return Math.min(60, Math.max(6, longest)) + 3;
}
