using System.Collections.Concurrent;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Tiering.Moves;

/// <summary>
/// Drops the partitions that moves have emptied, of whatever width, once late rows are hardly to be expected. Readers and writers come first: where the lock
/// is not to be had, the table is left alone for a time that doubles. Thread-safe.
/// </summary>
public sealed partial class PartitionCleaner(
    PostgresConnections connections, EmptyPartitions partitions, TimeProvider time, ILogger<PartitionCleaner> logger)
{
    /// <summary>Empty partitions stay as long: most late rows come soon, and find a place there.</summary>
    private const int DaysKeptEmpty = 7;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    private readonly ConcurrentDictionary<TableName, (DateTimeOffset NotBefore, TimeSpan Pause)> _resting = new();

    /// <param name="table">A tiered table; nothing happens to those that are not range partitioned by their time column.</param>
    /// <param name="cutoff">Days before it have moved.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were dropped.</returns>
    public async Task<int> CleanAsync(TieredTable table, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        var name = new TableName(table.Schema, table.Name);
        if (_resting.TryGetValue(name, out var rest) && time.GetUtcNow() < rest.NotBefore)
        {
            return 0;
        }

        var (hot, empty) = await FindAsync(table, name, cutoff.AddDays(-DaysKeptEmpty), cancellationToken);
        var dropped = 0;
        foreach (var partition in empty)
        {
            switch (await partitions.TryDropAsync(hot!, partition, cancellationToken))
            {
                case null:
                    var pause = rest.Pause == default ? FirstPause : rest.Pause * 2 < LongestPause ? rest.Pause * 2 : LongestPause;
                    _resting[name] = (time.GetUtcNow() + pause, pause);
                    Log.PartitionKept(logger, partition.Name.ToString(), pause.TotalMinutes);
                    return dropped;

                case true:
                    Log.PartitionDropped(logger, partition.Name.ToString(), name.ToString());
                    dropped++;
                    break;
            }
        }

        _resting.TryRemove(name, out _);
        return dropped;
    }

    private async Task<(PostgresTable? Hot, IReadOnlyList<PostgresPartition> Empty)> FindAsync(
        TieredTable table, TableName name, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var hot = await PostgresIntrospector.FindAsync(connection, name, cancellationToken);
        if (hot?.RangePartitionColumn != table.TimeColumn)
        {
            return (hot, []);
        }

        try
        {
            return (hot, await EmptyPartitions.ListAsync(connection, hot, before, cancellationToken));
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Another process drops the same ones; what is left is looked at the next time.
            return (hot, []);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.PartitionKept, LogLevel.Debug, "The empty partition '{Partition}' is dropped later, in {PauseMinutes} minutes at the soonest: others hold its table's lock")]
        public static partial void PartitionKept(ILogger logger, string partition, double pauseMinutes);

        [LoggerMessage(TieringEventId.PartitionDropped, LogLevel.Information, "Dropped the partition '{Partition}' of '{Table}', all of whose rows have moved")]
        public static partial void PartitionDropped(ILogger logger, string partition, string table);
    }
}
