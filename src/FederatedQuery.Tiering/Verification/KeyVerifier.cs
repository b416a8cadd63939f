using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Tiering.Publication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Verification;

/// <summary>
/// Looks for primary keys that cold rows of several days have, which looking at days on their own does not find where these share no file. A key that has the time column in it is of
/// one day, and nothing is read. Safe for concurrent use.
/// </summary>
public sealed partial class KeyVerifier(
    PostgresConnections connections, ColdTables coldTables, ColdDayRanges ranges, ColdKeyReader reader, DuckDbEngine engine, VerificationStore store,
    VerificationMetrics metrics, IOptions<TieringOptions> options, ILogger<KeyVerifier> logger)
{
    /// <summary>A table that is rewritten while it is read may lose files to that.</summary>
    private const int MaximumAttempts = 3;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>When a table's keys were last looked at; never is older than all.</summary>
    /// <returns>Null: there is nothing to look at, or nothing new since.</returns>
    public async Task<DateTimeOffset?> FindDueAsync(TieredTable table, CancellationToken cancellationToken)
    {
        if (!MayBeOnSeveralDays(table) || await coldTables.FindAsync(TableVerifier.IdentifierOf(table), null, cancellationToken) is not { } cold)
        {
            return null;
        }

        var known = await store.FindKeysAsync(TableVerifier.NameOf(table), cancellationToken);
        return known is { } last && last.SnapshotId == cold.Metadata.CurrentSnapshotId ? null : known?.At ?? DateTimeOffset.MinValue;
    }

    /// <summary>Verifies the keys of all days and stores what was found.</summary>
    /// <returns>Without days. Null: a file could not be read, as verifying its days tells; what was known stays.</returns>
    public async Task<RangeVerification?> VerifyAsync(TieredTable table, CancellationToken cancellationToken)
    {
        var name = TableVerifier.NameOf(table);
        if (!MayBeOnSeveralDays(table))
        {
            return new RangeVerification([], [], 0, 0);
        }

        await store.BeginKeysAsync(name, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var cold = await FindAsync(table, cancellationToken);
            var found = cold is null ? new ColdKeys([], null, 0, 0) : await ReadAsync(table, cold, cancellationToken);
            if (found.Unreadable is null)
            {
                var violations = Violations(found);
                await store.SaveKeysAsync(name, cold?.Metadata.CurrentSnapshotId, violations, cancellationToken);
                metrics.Verified(0, violations.Count);
                foreach (var violation in violations)
                {
                    Log.Violation(logger, name.ToString(), violation.Day, violation.Kind, violation.Detail);
                }

                Log.Verified(logger, name.ToString(), found.Rows, violations.Count);
                return new RangeVerification([], violations, 0, found.Bytes);
            }

            if (attempt == MaximumAttempts
                || (await coldTables.FindAsync(TableVerifier.IdentifierOf(table), null, cancellationToken))?.Table.MetadataLocation == cold!.Table.MetadataLocation)
            {
                Log.Unreadable(logger, name.ToString(), found.Unreadable);
                return null;
            }
        }
    }

    private static bool MayBeOnSeveralDays(TieredTable table) => table.PrimaryKey.Count > 0 && !table.PrimaryKey.Contains(table.TimeColumn);

    private async Task<ColdTable?> FindAsync(TieredTable table, CancellationToken cancellationToken)
    {
        await using var session = await HotReadSession.OpenAsync(connections.Owner, [], LockTimeout, cancellationToken);
        return await PublishedTables.FindAsync(coldTables, session, table, cancellationToken);
    }

    private async Task<ColdKeys> ReadAsync(TieredTable table, ColdTable cold, CancellationToken cancellationToken)
    {
        var maxBytes = options.Value.VerificationMaxBytes;
        var days = await ranges.ListAsync(cold, table.TimeColumn, [], maxBytes, cancellationToken);
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        return await reader.ReadAsync(lease.Connection, cold, table.TimeColumn, [.. table.PrimaryKey], days, maxBytes, cancellationToken);
    }

    private static IReadOnlyList<Violation> Violations(ColdKeys found) =>
    [
        .. found.Doubled.GroupBy(pair => pair.First).Select(day => new Violation(
            day.Key,
            ViolationKind.KeysOnSeveralDays,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{day.Sum(pair => pair.Keys)} primary keys are of cold rows of other days too, such as ({day.First().Example}), also on {day.First().Last:yyyy-MM-dd}"))),
    ];

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.KeyViolationFound, LogLevel.Error, "Table '{Table}', {Day}: {Kind}: {Detail}")]
        public static partial void Violation(ILogger logger, string table, DateOnly day, string kind, string detail);

        [LoggerMessage(TieringEventId.KeysUnreadable, LogLevel.Warning, "Whether keys of '{Table}' are on several days is not known, for a file cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger logger, string table, string reason);

        [LoggerMessage(TieringEventId.KeysVerified, LogLevel.Debug, "Keys of '{Table}' verified over all days, {RowCount} of them read; {ViolationCount} violations")]
        public static partial void Verified(ILogger logger, string table, long rowCount, int violationCount);
    }
}
