using System.Globalization;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Hot.Control.Verification;

namespace FederatedQuery.Tiering.Verification;

/// <summary>Holds what is in the cold tier against what the ledger has.</summary>
internal static class LedgerComparison
{
    private const int FilesNamed = 5;

    /// <param name="ledger">Of the days looked at, and no others.</param>
    /// <param name="found">What was read of them.</param>
    /// <param name="firstDay">Where files are unreadable that have no day of their own.</param>
    public static IReadOnlyList<Violation> Compare(IReadOnlyList<LedgerDay> ledger, ColdDays found, DateOnly firstDay)
    {
        var violations = new List<Violation>();
        if (found.Unreadable.Count > 0)
        {
            violations.Add(new Violation(firstDay, ViolationKind.UnreadableFile, Unreadable(found.Unreadable)));
            return violations;
        }

        var there = found.Days.ToDictionary(day => day.Day);
        foreach (var day in ledger.Select(day => day.Day).Union(there.Keys).Order())
        {
            var expected = ledger.FirstOrDefault(entry => entry.Day == day) ?? new LedgerDay(day, 0, 0, RowChecksum.Zero);
            var actual = there.GetValueOrDefault(day) ?? new DayChecksum(day, 0, RowChecksum.Zero);
            if (Difference(expected, actual) is { } violation)
            {
                violations.Add(violation);
            }
        }

        violations.AddRange(Doubled(found.Doubled, "of several cold rows").Concat(Doubled(found.DoubledHot, "both hot and cold"))
            .GroupBy(violation => violation.Day)
            .Select(day => day.First() with { Detail = string.Join("; ", day.Select(violation => violation.Detail)) }));
        return violations;
    }

    private static Violation? Difference(LedgerDay expected, DayChecksum actual)
    {
        if (actual.Rows != expected.Rows)
        {
            var kind = actual.Rows < expected.Rows ? ViolationKind.MissingRows : ViolationKind.ExtraRows;
            return new Violation(
                expected.Day,
                kind,
                string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(expected.Rows - actual.Rows)} cold rows are {(actual.Rows < expected.Rows ? "missing" : "too many")}: the ledger has {expected.Rows}, there are {actual.Rows}"));
        }

        return expected.Checksum.IsCurrent && expected.Checksum.Sum != actual.Checksum.Sum
            ? new Violation(
                expected.Day,
                ViolationKind.ChangedRows,
                string.Create(CultureInfo.InvariantCulture, $"the {actual.Rows} cold rows are not those of the ledger: their checksum is {actual.Checksum}, not {expected.Checksum}"))
            : null;
    }

    private static IEnumerable<Violation> Doubled(IReadOnlyList<DoubledKeys> keys, string what) => keys.Select(day => new Violation(
        day.Day,
        ViolationKind.DoubledKeys,
        string.Create(CultureInfo.InvariantCulture, $"{day.Keys} primary keys are {what}, such as ({day.Example})")));

    private static string Unreadable(IReadOnlyList<UnreadableFile> files)
    {
        var named = string.Join("; ", files.Take(FilesNamed).Select(file => $"'{file.Location}': {file.Reason}"));
        return string.Create(CultureInfo.InvariantCulture, $"{files.Count} files cannot be read: {named}{(files.Count > FilesNamed ? "; ..." : "")}");
    }
}
