import { describe, expect, it } from 'vitest';
import { byMonth, dayOf, firstDay, heatMap, type TableDay } from './heat';

const today = new Date('2026-11-22T08:00:00Z');
const day = (date: string, tier: 'POSTGRES' | 'ICEBERG', rows: number): TableDay => ({ day: date, tier, rows, bytes: rows * 10 });

describe('the map of days', () => {
  it('begins on a Monday two years before and ends today', () => {
    const map = heatMap([], 'rows', today);
    expect(dayOf(firstDay(today))).toBe('2024-11-18');
    expect([map.cells[0]!.day, map.cells.at(-1)!.day]).toEqual(['2024-11-18', '2026-11-22']);
    expect(map.cells.at(-1)).toMatchObject({ week: map.weeks - 1, weekday: 6 });
    expect(map.months.slice(0, 3)).toEqual([{ week: 1, name: 'Dec' }, { week: 6, name: '2025' }, { week: 10, name: 'Feb' }]);
  });

  it('has both tiers of a day, and levels by the fullest one', () => {
    const map = heatMap([day('2026-11-20', 'POSTGRES', 1600), day('2026-11-20', 'ICEBERG', 100), day('2026-11-21', 'POSTGRES', 1), day('2026-11-19', 'POSTGRES', 0)], 'rows', today);
    const at = (date: string) => map.cells.find((cell) => cell.day === date)!;
    expect([at('2026-11-20').hot.level, at('2026-11-20').cold.level, at('2026-11-21').hot.level, at('2026-11-19').hot.level, at('2026-11-18').hot.level]).toEqual([4, 1, 1, 0, 0]);
  });

  it('is summed up by months, the newest first', () => {
    expect(byMonth([day('2026-10-31', 'ICEBERG', 5), day('2026-11-01', 'ICEBERG', 1), day('2026-11-02', 'POSTGRES', 2)])).toEqual([
      { month: '2026-11', hotRows: 2, coldRows: 1, bytes: 30 }, { month: '2026-10', hotRows: 0, coldRows: 5, bytes: 50 },
    ]);
  });
});
