using FederatedQuery.Cold;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Verification;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Publication;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Verification;

/// <summary>
/// Verifies days of a tiered table: cold rows against the ledger, and keys against the hot rows of those days. Ledger, catalog and hot rows are read in one snapshot of
/// PostgreSQL, which ends before the cold files are read. Safe for concurrent use.
/// </summary>
public sealed partial class TableVerifier(
    PostgresConnections connections, ColdTables coldTables, ColdDayRanges ranges, ColdDayReader reader, DuckDbEngine engine, HotScanRegistry hotScans,
    VerificationStore store, VerificationMetrics metrics, ILogger<TableVerifier> logger)
{
    private const string HotKeys = "verified_hot_keys";

    /// <summary>A table that is rewritten while it is read may lose files to that.</summary>
    private const int MaximumAttempts = 3;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The days of a table, in portions that are best verified together. All cold rows are in one of them.</summary>
    /// <param name="maxBytes">Portions of more bytes are cut into days.</param>
    public async Task<IReadOnlyList<DayRange>> ListAsync(TieredTable table, long maxBytes, CancellationToken cancellationToken)
    {
        await using var session = await HotReadSession.OpenAsync(connections.Owner, [], LockTimeout, cancellationToken);
        var ledger = LedgerDay.Of(await MoveStore.ListAsync(session.Transaction, NameOf(table), cancellationToken));
        var cold = await PublishedTables.FindAsync(coldTables, session, table, cancellationToken);
        (table, cold, _) = await NamedAsync(session, table, cold, cancellationToken);
        var days = ledger.Where(day => !day.IsEmpty).Select(day => day.Day);
        return cold is null
            ? [.. days.Select(day => new DayRange(day, day, 0))]
            : await ranges.ListAsync(cold, table.TimeColumn, days, maxBytes, cancellationToken);
    }

    /// <summary>Verifies days and stores what was found.</summary>
    public async Task<RangeVerification> VerifyAsync(TieredTable table, DayRange range, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(table, range, cancellationToken);
        await store.SaveAsync(NameOf(table), found.Days, found.Violations, cancellationToken);
        metrics.Verified(found.Days.Count, found.Violations.Count);
        foreach (var violation in found.Violations)
        {
            Log.Violation(logger, NameOf(table).ToString(), violation.Day, violation.Kind, violation.Detail);
        }

        return found;
    }

    internal static TableName NameOf(TieredTable table) => new(table.Schema, table.Name);

    internal static TableIdentifier IdentifierOf(TieredTable table) => new(table.Namespace, table.Name);

    private async Task<RangeVerification> ReadAsync(TieredTable table, DayRange range, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var lease = await engine.Pool.RentAsync(cancellationToken);
            try
            {
                var state = await OpenAsync(lease.Connection, table, range, cancellationToken);
                var cold = state.Cold is null
                    ? new ColdDays([], [], [], [], 0, 0)
                    : await reader.ReadAsync(
                        lease.Connection, state.Cold, state.Table.TimeColumn, range, [.. state.Table.PrimaryKey], state.HasHot ? HotKeys : null, cancellationToken);
                var violations = LedgerComparison.Compare(state.Ledger, cold, range.IsOfNoDay ? DayChecksums.NoDay : range.From);

                // With a catalog elsewhere the ledger follows the commit by a moment; files of a table that was rewritten meanwhile may be gone.
                if (violations.Count == 0 || attempt == MaximumAttempts || !await HasMovedOnAsync(table, state.Cold, cancellationToken))
                {
                    return Result(state, cold, violations);
                }
            }
            finally
            {
                // With its connection the temporary table ends.
                lease.Discard();
            }
        }
    }

    private static RangeVerification Result(State state, ColdDays cold, IReadOnlyList<Violation> violations)
    {
        var there = cold.Days.ToDictionary(day => day.Day);
        var days = state.Ledger.Select(day => day.Day).Union(there.Keys).Union(violations.Select(violation => violation.Day)).Order()
            .Select(day => new VerifiedDay(
                day,
                there.GetValueOrDefault(day)?.Rows ?? 0,
                state.HotRows.GetValueOrDefault(day),
                state.Ledger.Any(entry => entry.Day == day && !entry.Checksum.IsCurrent)));
        return new RangeVerification([.. days], violations, state.Ledger.Sum(day => day.RowsOfOthers), cold.Bytes);
    }

    private async Task<bool> HasMovedOnAsync(TieredTable table, ColdTable? seen, CancellationToken cancellationToken)
    {
        var now = await coldTables.FindAsync(IdentifierOf(table), null, cancellationToken);
        return now?.Table.MetadataLocation != seen?.Table.MetadataLocation;
    }

    /// <summary>Everything in PostgreSQL that belongs to the range, of one moment.</summary>
    private async Task<State> OpenAsync(DuckDBConnection connection, TieredTable table, DayRange range, CancellationToken cancellationToken)
    {
        var name = NameOf(table);
        PostgresTable? hot;
        await using (var looking = await connections.Owner.OpenConnectionAsync(cancellationToken))
        {
            hot = await PostgresIntrospector.FindAsync(looking, name, cancellationToken);
        }

        await using var session = await HotReadSession.OpenAsync(connections.Owner, hot is null ? [] : [name], LockTimeout, cancellationToken);
        var cold = await PublishedTables.FindAsync(coldTables, session, table, cancellationToken);
        if (hot is not null)
        {
            // Nobody renames a column as long as the session lasts.
            (table, cold, hot) = await NamedAsync(session, table, cold, cancellationToken);
        }

        var ledger = LedgerDay.Of(await MoveStore.ListAsync(session.Transaction, name, cancellationToken));
        var hotRows = hot is null || range.IsOfNoDay
            ? new Dictionary<DateOnly, long>()
            : await CopyHotKeysAsync(connection, session, hot, table, range, cancellationToken);
        return new State(table, cold, [.. ledger.Where(day => range.Contains(day.Day) && !(day.IsEmpty && day.Checksum.IsCurrent))], hotRows);
    }

    /// <summary>The names of columns that belong to the session, in the settings and in both tiers.</summary>
    private static async Task<(TieredTable Table, ColdTable? Cold, PostgresTable? Hot)> NamedAsync(
        HotReadSession session, TieredTable table, ColdTable? cold, CancellationToken cancellationToken)
    {
        var name = NameOf(table);
        var hot = await PostgresIntrospector.FindAsync(session.Connection, name, cancellationToken);
        return hot is not null && await TieredTableStore.FindAsync(session.Transaction, name, cancellationToken) is { } named
            ? (named, cold?.NamedAs(hot.AsSource), hot)
            : (table, cold, hot);
    }

    /// <summary>Into a temporary table: there are few, and PostgreSQL's snapshot need not last as long as the cold files are read.</summary>
    private async Task<Dictionary<DateOnly, long>> CopyHotKeysAsync(
        DuckDBConnection connection, HotReadSession session, PostgresTable hot, TieredTable table, DayRange range, CancellationToken cancellationToken)
    {
        var days = new Dictionary<DateOnly, long>();
        var wanted = table.PrimaryKey.Append(table.TimeColumn).ToHashSet(StringComparer.Ordinal);
        var schema = new Schema(0, [.. hot.Schema.Fields.Where(field => wanted.Contains(field.Name))]);
        var time = schema.Fields.Single(field => field.Name == table.TimeColumn);
        using var scan = hotScans.Register(new HotScan(session, hot, schema, range.Predicate(time.Name, time.Type)));
        await connection.ExecuteAsync($"CREATE TEMP TABLE {HotKeys} AS SELECT * FROM {scan.Sql}", cancellationToken);
        using var result = await connection.QueryAsync(
            $"SELECT {DayChecksums.DayOf(DuckDBSql.QuoteIdentifier(time.Name))}, count(*) FROM {HotKeys} GROUP BY 1", null, cancellationToken);
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                days[EpochTime.DayOf(chunk[0].Values<int>()[row])] = chunk[1].Values<long>()[row];
            }
        }

        return days;
    }

    private sealed record State(TieredTable Table, ColdTable? Cold, IReadOnlyList<LedgerDay> Ledger, IReadOnlyDictionary<DateOnly, long> HotRows)
    {
        public bool HasHot => HotRows.Count > 0;
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.ViolationFound, LogLevel.Error, "Table '{Table}', {Day}: {Kind}: {Detail}")]
        public static partial void Violation(ILogger logger, string table, DateOnly day, string kind, string detail);
    }
}
