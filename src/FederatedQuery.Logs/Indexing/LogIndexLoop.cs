using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Tiering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Indexing;

/// <summary>
/// Builds the indexes of days that are over, one after the other and in one process at a time. A process that dies meanwhile leaves the rest to the next round of any
/// other; late records are taken all the while.
/// </summary>
internal sealed partial class LogIndexLoop(
    PostgresConnections connections, PartitionIndexes indexes, IOptions<LogIngestOptions> options, TimeProvider time, ILogger<LogIndexLoop> logger) : PeriodicService("Indexing days of log records", time, logger)
{
    private const string Right = "federated-query log indexes";

    /// <summary>Builds what is missing now.</summary>
    /// <returns>How many were built; null: another process is at it.</returns>
    public async Task<int?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var right = await SessionLock.TryAcquireAsync(connections.Owner, Right, cancellationToken);
        if (right is null)
        {
            return null;
        }

        var built = 0;
        foreach (var (partition, index) in await indexes.ListMissingAsync(
            LogTable.HotName, Time.GetUtcNow() - options.Value.CloseDelay, LogIndexes.OnClose, cancellationToken))
        {
            var started = Time.GetTimestamp();
            try
            {
                await indexes.BuildAsync(partition, index, cancellationToken);
                built++;
                Log.Built(Logger, index.Definition, partition.ToString(), Time.GetElapsedTime(started).TotalMilliseconds);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // The others do not depend on it; the next round tries it again.
                Log.Failed(Logger, index.Definition, partition.ToString(), error);
            }
        }

        return built;
    }

    protected override TimeSpan Interval => options.Value.MaintenanceInterval;

    protected override bool BeginsAtOnce => false;

    protected override Task RunRoundAsync(CancellationToken stoppingToken) => RunOnceAsync(stoppingToken);

    protected override void LogFailure(Exception error) => Log.RoundFailed(Logger, error);

    private static partial class Log
    {
        [LoggerMessage(LogEventId.IndexBuilt, LogLevel.Information, "Built the index {Definition} of '{Partition}' in {DurationMs} ms")]
        public static partial void Built(ILogger logger, string definition, string partition, double durationMs);

        [LoggerMessage(LogEventId.IndexFailed, LogLevel.Warning, "The index {Definition} of '{Partition}' could not be built; it is tried again")]
        public static partial void Failed(ILogger logger, string definition, string partition, Exception error);

        [LoggerMessage(LogEventId.IndexRoundFailed, LogLevel.Warning, "Looking for days of log records to index failed; it is tried again")]
        public static partial void RoundFailed(ILogger logger, Exception error);
    }
}
