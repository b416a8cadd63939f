using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Verification;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Verification;

/// <summary>
/// Takes rows that other engines appended to a cold table into the ledger, so that they are known apart from what was moved and are missed when they go. Only appends: rows
/// that others change or remove stay what they are, a violation. To be done before anything takes the files of old snapshots away.
/// </summary>
public sealed partial class OthersRows(
    PostgresConnections connections, ColdTables coldTables, DuckDbEngine engine, ColdDayReader reader, TimeProvider time, ILogger<OthersRows> logger)
{
    /// <summary>What this project's snapshots have in their summaries.</summary>
    private const string OwnPrefix = "federated-query.";

    /// <returns>How many rows of snapshots that were not known before.</returns>
    public async Task<long> AdoptAsync(TieredTable table, CancellationToken cancellationToken)
    {
        var name = new TableName(table.Schema, table.Name);
        if (await coldTables.FindAsync(new TableIdentifier(table.Namespace, table.Name), null, cancellationToken) is not { } cold)
        {
            return 0;
        }

        long rows = 0;
        foreach (var snapshot in await FindAsync(name, cold, cancellationToken))
        {
            rows += await AdoptAsync(table, name, cold, snapshot, cancellationToken);
        }

        return rows;
    }

    /// <summary>Oldest first.</summary>
    private async Task<IReadOnlyList<Snapshot>> FindAsync(TableName name, ColdTable cold, CancellationToken cancellationToken)
    {
        var appends = new List<Snapshot>();
        var seen = new HashSet<long>();
        for (var id = cold.Metadata.CurrentSnapshotId; id is { } at && seen.Add(at) && cold.Metadata.FindSnapshot(at) is { } snapshot; id = snapshot.ParentSnapshotId)
        {
            // Changes of both tiers are in the ledger by the snapshot of their branch, which another may have taken the place of on its way to main.
            if (snapshot.Operation == "append" && snapshot.Summary.GetValueOrDefault("added-records", "") != "0" && !snapshot.Summary.ContainsKey(ColdBranches.ChangeProperty))
            {
                appends.Add(snapshot);
            }
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT id FROM unnest($3::bigint[]) WITH ORDINALITY AS appends (id, place)
            WHERE id NOT IN (SELECT snapshot_id FROM federated_query.moves WHERE schema_name = $1 AND table_name = $2) ORDER BY place DESC
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name.Name });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. appends.Select(snapshot => snapshot.SnapshotId)] });
        await using var reading = await command.ExecuteReaderAsync(cancellationToken);
        var unknown = new List<Snapshot>();
        while (await reading.ReadAsync(cancellationToken))
        {
            unknown.Add(cold.Metadata.FindSnapshot(reading.GetInt64(0))!);
        }

        return unknown;
    }

    private async Task<long> AdoptAsync(TieredTable table, TableName name, ColdTable cold, Snapshot snapshot, CancellationToken cancellationToken)
    {
        // One that was loaded before loads were recorded is our own.
        var kind = snapshot.Summary.Keys.Any(key => key.StartsWith(OwnPrefix, StringComparison.Ordinal)) ? Move.Loaded : Move.AddedByOthers;
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        IReadOnlyList<FederatedQuery.Cold.Checksums.DayChecksum> days;
        try
        {
            days = await reader.ReadAddedAsync(lease.Connection, cold, snapshot, table.TimeColumn, cancellationToken);
        }
        catch (Exception error) when (error is ObjectStoreException { Kind: ObjectStoreErrorKind.NotFound } or IcebergException { Kind: IcebergErrorKind.InvalidFile })
        {
            // Verification says which rows are too many; what this snapshot added can no longer be told.
            Log.NotReadable(logger, name.ToString(), snapshot.SnapshotId, error);
            return 0;
        }

        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await Ledger.IsUnknownAsync(transaction, name, snapshot.SnapshotId, cancellationToken))
        {
            return 0;
        }

        await Ledger.RecordAsync(transaction, name, kind, days, snapshot.SnapshotId, cold.Table.MetadataLocation, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var rows = days.Sum(day => day.Rows);
        Log.Adopted(logger, rows, name.ToString(), snapshot.SnapshotId, kind);
        return rows;
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.OthersRowsAdopted, LogLevel.Information, "{RowCount} rows of '{Table}' were added by snapshot {SnapshotId}, which the ledger did not have; recorded as '{Kind}'")]
        public static partial void Adopted(ILogger logger, long rowCount, string table, long snapshotId, string kind);

        [LoggerMessage(TieringEventId.OthersRowsUnreadable, LogLevel.Warning, "What snapshot {SnapshotId} added to '{Table}' cannot be read any more, and the ledger does not have it")]
        public static partial void NotReadable(ILogger logger, string table, long snapshotId, Exception error);
    }
}
