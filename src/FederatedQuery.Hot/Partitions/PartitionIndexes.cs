using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Partitions;

/// <summary>
/// Builds indexes of single partitions beside everybody's work (CREATE INDEX CONCURRENTLY). What a killed build leaves is an index that counts as missing: it is dropped and
/// built anew.
/// </summary>
public sealed class PartitionIndexes(PostgresConnections connections)
{
    /// <summary>Of a build: the larger, the fewer passes.</summary>
    private const string BuildMemory = "256MB";

    private static readonly TimeSpan BuildTimeout = TimeSpan.FromHours(2);

    /// <summary>Indexes that partitions lack, newest partition first; of those that ended by then and hold rows.</summary>
    /// <param name="table">Without such a table, or where it is not range partitioned, nothing is missing.</param>
    public async Task<IReadOnlyList<(TableName Partition, PartitionIndex Index)>> ListMissingAsync(
        TableName table, DateTimeOffset before, IReadOnlyList<PartitionIndex> indexes, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (await PostgresIntrospector.FindAsync(connection, table, cancellationToken) is not { RangePartitionColumn: not null } known)
        {
            return [];
        }

        var valid = await ValidAsync(connection, table, cancellationToken);
        var missing = new List<(TableName, PartitionIndex)>();
        foreach (var partition in known.Partitions.Where(partition => !partition.IsDefault && partition.To <= before).OrderByDescending(partition => partition.To))
        {
            var lacking = indexes.Where(index => !valid.Contains(NameOf(partition.Name, index))).ToList();
            if (lacking.Count > 0 && await HasRowsAsync(connection, partition.Name, cancellationToken))
            {
                missing.AddRange(lacking.Select(index => (partition.Name, index)));
            }
        }

        return missing;
    }

    /// <summary>Builds one; writers and readers of the partition go on.</summary>
    /// <exception cref="PostgresException">It could not be built: the partition is gone, a value is too long. What is left is dropped by the next attempt.</exception>
    public async Task BuildAsync(TableName partition, PartitionIndex index, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var name = new TableName(partition.Schema, NameOf(partition, index));
        await ExecuteAsync(connection, $"SET maintenance_work_mem = '{BuildMemory}'", cancellationToken);
        await ExecuteAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS {name.ToSql()}", cancellationToken);
        await ExecuteAsync(connection, $"CREATE INDEX CONCURRENTLY {SqlIdentifier.Quote(name.Name)} ON {partition.ToSql()} USING {index.Definition}", cancellationToken);
    }

    private static string NameOf(TableName partition, PartitionIndex index) => PartitionNames.Fit(partition.Name, index.Suffix);

    private static async Task<HashSet<string>> ValidAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname::text FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
            WHERE x.indisvalid AND x.indrelid IN (SELECT relid FROM pg_partition_tree($1::regclass))
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.ToSql() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task<bool> HasRowsAsync(NpgsqlConnection connection, TableName partition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM {partition.ToSql()})", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)BuildTimeout.TotalSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
