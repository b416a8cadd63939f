using FederatedQuery.Hot.Connections;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Hot.Control.Maintenance;

/// <summary>How cold tables are maintained, and when it was last begun. Timed by the database's clock.</summary>
public sealed class TableMaintenanceStore(PostgresConnections connections)
{
    private const string Columns = "namespace, table_name, enabled, compaction, snapshot_retention_days, target_file_size_mb";

    /// <returns>Without any setting when nobody has said anything.</returns>
    public async Task<TableMaintenance> FindAsync(TableIdentifier table, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection, $"SELECT {Columns} FROM federated_query.table_maintenance WHERE namespace = $1 AND table_name = $2", table);
        var found = await ReadAsync(command, cancellationToken);
        return found.Count == 0 ? new TableMaintenance { Table = table } : found[0];
    }

    /// <summary>Sets what is not null; the rest stays.</summary>
    /// <returns>All of the table's settings.</returns>
    public async Task<TableMaintenance> SaveAsync(TableMaintenance settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            $"""
            INSERT INTO federated_query.table_maintenance AS old ({Columns}, is_configured) VALUES ($1, $2, $3, $4, $5, $6, true)
            ON CONFLICT (namespace, table_name) DO UPDATE SET is_configured = true,
              enabled = coalesce(excluded.enabled, old.enabled), compaction = coalesce(excluded.compaction, old.compaction),
              snapshot_retention_days = coalesce(excluded.snapshot_retention_days, old.snapshot_retention_days),
              target_file_size_mb = coalesce(excluded.target_file_size_mb, old.target_file_size_mb)
            RETURNING {Columns}
            """,
            settings.Table);
        command.Parameters.Add(new NpgsqlParameter<bool?> { TypedValue = settings.Enabled });
        command.Parameters.Add(new NpgsqlParameter<bool?> { TypedValue = settings.Compaction });
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = settings.SnapshotRetentionDays });
        command.Parameters.Add(new NpgsqlParameter<int?> { TypedValue = settings.TargetFileSizeMb });
        return (await ReadAsync(command, cancellationToken))[0];
    }

    /// <summary>The tables that somebody has said anything about, by namespace and name.</summary>
    public async Task<IReadOnlyList<TableMaintenance>> ListConfiguredAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM federated_query.table_maintenance WHERE is_configured ORDER BY namespace, table_name", connection);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>
    /// Takes a table's turn when it has come, for one process of all that ask. A table that nobody has asked for before gets its first turn at a random moment
    /// within the interval, so that tables do not all have theirs at once.
    /// </summary>
    /// <returns>Whether it has come; the next one comes after the interval.</returns>
    public async Task<bool> TryTakeTurnAsync(TableIdentifier table, TimeSpan interval, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            """
            WITH first AS (
              INSERT INTO federated_query.table_maintenance AS old (namespace, table_name, queued_at) VALUES ($1, $2, clock_timestamp() - $3 * random())
              ON CONFLICT (namespace, table_name) DO UPDATE SET queued_at = excluded.queued_at WHERE old.queued_at IS NULL
              RETURNING 1)
            UPDATE federated_query.table_maintenance SET queued_at = clock_timestamp()
            WHERE namespace = $1 AND table_name = $2 AND queued_at <= clock_timestamp() - $3 AND NOT EXISTS (SELECT 1 FROM first)
            """,
            table);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = interval });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task<List<TableMaintenance>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var found = new List<TableMaintenance>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new TableMaintenance
            {
                Table = new TableIdentifier(reader.GetString(0), reader.GetString(1)),
                Enabled = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetBoolean(2),
                Compaction = await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetBoolean(3),
                SnapshotRetentionDays = await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetInt32(4),
                TargetFileSizeMb = await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetInt32(5),
            });
        }

        return found;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, TableIdentifier table) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = table.Namespace }, new NpgsqlParameter<string> { TypedValue = table.Name } },
    };
}
