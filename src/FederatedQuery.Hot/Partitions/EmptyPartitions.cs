using System.Globalization;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Partitions;

/// <summary>Drops partitions that moves have emptied, without getting into anybody's way.</summary>
public sealed class EmptyPartitions(PostgresConnections connections, TimeProvider time)
{
    /// <summary>Attempts that do not wait at all; between them others are at work.</summary>
    private const int Attempts = 10;

    /// <summary>Of the last attempt, and of locks that only the DROP itself takes: whoever comes then waits as long.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The partitions that ended by then, of whatever width, and hold no row now; in order.</summary>
    /// <param name="connection">In any transaction.</param>
    /// <param name="table">As of it; range partitioned by its time column.</param>
    public static async Task<IReadOnlyList<PostgresPartition>> ListAsync(
        NpgsqlConnection connection, PostgresTable table, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var empty = new List<PostgresPartition>();
        foreach (var partition in table.Partitions.Where(partition => !partition.IsDefault && partition.To <= before))
        {
            if (await IsEmptyAsync(connection, partition.Name, cancellationToken))
            {
                empty.Add(partition);
            }
        }

        return empty;
    }

    /// <summary>Drops a partition if it holds no row.</summary>
    /// <returns>Null: the locks were not to be had, for others are at work; try again later. False: it holds rows, or is gone.</returns>
    public async Task<bool?> TryDropAsync(PostgresTable table, PostgresPartition partition, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await DropAsync(connection, table, partition, isLast: attempt == Attempts, cancellationToken);
            }
            catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                if (attempt == Attempts)
                {
                    return null;
                }
            }
            catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // Another process drops the same ones.
                return false;
            }

            await Task.Delay(LongestPause * Random.Shared.NextDouble(), time, cancellationToken);
        }
    }

    private static async Task<bool> DropAsync(
        NpgsqlConnection connection, PostgresTable table, PostgresPartition partition, bool isLast, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var timeout = ((long)LockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(connection, $"SET LOCAL lock_timeout = {timeout}", cancellationToken);
        // The table first, as everybody else: a writer holds the table's lock when it asks for the partition's. DROP locks the default partition too.
        var rest = table.Partitions.FirstOrDefault(candidate => candidate.IsDefault);
        var names = new[] { $"ONLY {table.Name.ToSql()}" }.Concat(rest is null ? [] : [rest.Name.ToSql()]).Append(partition.Name.ToSql());
        await ExecuteAsync(connection, $"LOCK TABLE {string.Join(", ", names)} IN ACCESS EXCLUSIVE MODE{(isLast ? "" : " NOWAIT")}", cancellationToken);
        if (!await IsEmptyAsync(connection, partition.Name, cancellationToken))
        {
            return false;
        }

        await ExecuteAsync(connection, $"DROP TABLE {partition.Name.ToSql()}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<bool> IsEmptyAsync(NpgsqlConnection connection, TableName partition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT FROM {partition.ToSql()})", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
