using FederatedQuery.Cold.Checksums;
using FederatedQuery.Hot.Control;

namespace FederatedQuery.Tiering.Verification;

/// <summary>What the ledger says of one day's cold rows.</summary>
/// <param name="Day">In UTC, or <see cref="DayChecksums.NoDay"/>.</param>
/// <param name="Rows">That there should be.</param>
/// <param name="RowsOfOthers">How many of them other engines added.</param>
/// <param name="Checksum">Not of the current algorithm where one of the day's entries is not: then rows can be counted and no more.</param>
public sealed record LedgerDay(DateOnly Day, long Rows, long RowsOfOthers, RowChecksum Checksum)
{
    public bool IsEmpty => Rows == 0 && Checksum.Sum.IsZero;

    /// <summary>Ascending.</summary>
    /// <param name="entries">Of one table.</param>
    public static IReadOnlyList<LedgerDay> Of(IEnumerable<Move> entries) =>
    [
        .. entries.GroupBy(entry => entry.Day).OrderBy(day => day.Key).Select(day => new LedgerDay(
            day.Key,
            day.Sum(entry => entry.Rows),
            day.Where(entry => entry.Kind == Move.AddedByOthers).Sum(entry => entry.Rows),
            day.Select(entry => RowChecksum.Parse(entry.Checksum)).Aggregate((sum, part) => sum + part))),
    ];
}
