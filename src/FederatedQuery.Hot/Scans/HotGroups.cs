namespace FederatedQuery.Hot.Scans;

/// <summary>What PostgreSQL gives of a scan's rows in place of them: figures of groups, to be combined with those of rows that are elsewhere.</summary>
/// <param name="Keys">None: all rows are one group, which is there even without rows.</param>
/// <param name="Figures">The columns of the grouped scan behind its keys.</param>
public sealed record HotGroups(IReadOnlyList<HotGroupKey> Keys, IReadOnlyList<HotFigure> Figures);

/// <summary>What rows are grouped by: text by code point.</summary>
/// <param name="Column">A column of the scan.</param>
/// <param name="Span">Of a date or timestamp: the length of the spans of time, in UTC, whose first instants are the keys, as timestamps; null: the value itself.</param>
/// <param name="Origin">Where one of the spans begins, from 1970-01-01 on.</param>
public readonly record struct HotGroupKey(string Column, TimeSpan? Span = null, TimeSpan Origin = default);

/// <param name="Column">A column of the scan; not looked at by <see cref="HotFigureKind.Rows"/>.</param>
public readonly record struct HotFigure(HotFigureKind Kind, string Column = "");

/// <summary>Of a group. All but the first are of the values that are not null.</summary>
public enum HotFigureKind
{
    Rows,
    Values,

    /// <summary>
    /// Of <c>real</c> a double, of whole numbers and decimals exact. Of <c>double precision</c> those values alone whose sum cannot leave the range of doubles, which PostgreSQL
    /// makes an error of: the others' is the <see cref="LargeSum"/>.
    /// </summary>
    Sum,

    /// <summary>Of doubles that <see cref="Sum"/> leaves out, not finite ones among them: their sum divided by <see cref="HotScan.LargeSumDivisor"/>.</summary>
    LargeSum,
    Minimum,
    Maximum,
}
