using FederatedQuery.Cold;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Tiering.Verification;

/// <summary>
/// Writes down what commits do to the cold rows of tables, day by day, so that it can be verified later. Whoever adds or removes cold rows calls this in the
/// transaction of the commit; what only writes rows anew (compaction, repartition) does not.
/// </summary>
public static class Ledger
{
    /// <summary>Records rows that a commit added or (negative) took away.</summary>
    /// <param name="transaction">Of the commit.</param>
    /// <param name="kind">One of those of <see cref="Move"/>.</param>
    /// <param name="days">In any order; a day may be there more than once.</param>
    /// <param name="staged">The commit.</param>
    public static Task RecordAsync(
        NpgsqlTransaction transaction, TableName table, string kind, IEnumerable<DayChecksum> days, StagedCommit staged, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var snapshotId = staged.Metadata.CurrentSnapshotId ?? throw new ArgumentException("The commit makes no snapshot.", nameof(staged));
        return RecordAsync(transaction, table, kind, days, snapshotId, staged.NewLocation, at, cancellationToken);
    }

    /// <inheritdoc cref="RecordAsync(NpgsqlTransaction, TableName, string, IEnumerable{DayChecksum}, StagedCommit, DateTimeOffset, CancellationToken)"/>
    /// <param name="snapshotId">The snapshot that the commit makes.</param>
    /// <param name="metadataLocation">The table's metadata as of it.</param>
    public static Task RecordAsync(
        NpgsqlTransaction transaction, TableName table, string kind, IEnumerable<DayChecksum> days, long snapshotId, string metadataLocation, DateTimeOffset at,
        CancellationToken cancellationToken) => MoveStore.AddAsync(
            transaction,
            days.GroupBy(day => day.Day).Select(day => new Move
            {
                Kind = kind,
                Schema = table.Schema,
                Name = table.Name,
                Day = day.Key,
                Rows = day.Sum(part => part.Rows),
                Checksum = day.Select(part => part.Checksum).Aggregate((sum, part) => sum + part).ToString(),
                SnapshotId = snapshotId,
                MetadataLocation = metadataLocation,
                MovedAt = at.ToUniversalTime(),
            }),
            cancellationToken);

    /// <summary>Records that all rows of the days before one are gone, whatever they were: nothing needs to be read for it.</summary>
    /// <param name="before">The first day that stays; rows without a day stay too.</param>
    public static async Task RecordAllGoneAsync(
        NpgsqlTransaction transaction, TableName table, string kind, DateOnly before, long snapshotId, string metadataLocation, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var entries = await MoveStore.ListAsync(transaction, table, cancellationToken);
        var gone = LedgerDay.Of(entries).Where(day => day.Day < before && day.Day != DayChecksums.NoDay && !day.IsEmpty)
            .Select(day => new DayChecksum(day.Day, -day.Rows, -day.Checksum));
        await RecordAsync(transaction, table, kind, gone, snapshotId, metadataLocation, at, cancellationToken);
    }

    /// <summary>Whether a cold table that is not tiered has a ledger: it has from its first rows on, or never; of half of its rows nothing could be verified.</summary>
    /// <param name="before">As it is before rows are added to it; null: it is new.</param>
    public static async Task<bool> IsKeptAsync(NpgsqlTransaction transaction, TableName table, ColdTable? before, CancellationToken cancellationToken) =>
        before?.Metadata.CurrentSnapshot is not { } snapshot || snapshot.Summary.GetValueOrDefault("total-records") == "0"
        || await MoveStore.HasAnyAsync(transaction, table, cancellationToken);

    /// <summary>For a table that is made: entries of one of its name that was dropped are not about it.</summary>
    public static Task ForgetAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken) =>
        MoveStore.ForgetAsync(transaction, table, cancellationToken);

    /// <summary>Whether a snapshot has no entries. Several processes may want to add them: the second waits for the first's transaction and then sees its entries.</summary>
    public static async Task<bool> IsUnknownAsync(NpgsqlTransaction transaction, TableName name, long snapshotId, CancellationToken cancellationToken)
    {
        await using (var right = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", transaction.Connection, transaction))
        {
            right.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"federated-query ledger {name.ToSql()}" });
            right.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshotId });
            await right.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(
            "SELECT 1 FROM federated_query.moves WHERE schema_name = $1 AND table_name = $2 AND snapshot_id = $3 LIMIT 1", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshotId });
        return await command.ExecuteScalarAsync(cancellationToken) is null;
    }
}
