using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Publication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Moves;

/// <summary>On a schedule, for every tiered table: makes the partitions of the coming days, and queues a job when days are due to move.</summary>
public sealed partial class ArchiveLoop(
    PostgresConnections connections, TieredTableStore tables, JobStore jobs, JobRunner runner, ArchiveJob archive, PostgresIntrospector introspector,
    DayPartitions partitions, PartitionCleaner cleaner, TablePublisher publisher, ColdAppender appender, IOptions<TieringOptions> options, TimeProvider time,
    ILogger<ArchiveLoop> logger) : PeriodicService("Looking for days to move", time, logger)
{
    /// <summary>Rows of a day without a partition go to the default one, from where they move more slowly.</summary>
    internal const int DaysAhead = 7;

    private const string Round = "federated-query archive round";

    private readonly TieringOptions _options = options.Value;

    /// <summary>
    /// One round, unless another process is at it. A table that fails is logged and does not hold up the others.
    /// </summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        appender.DeleteLeftovers();
        await using var round = await SessionLock.TryAcquireAsync(connections.Owner, Round, cancellationToken);
        if (round is null)
        {
            return;
        }

        foreach (var table in await tables.ListAsync(cancellationToken))
        {
            var name = new TableName(table.Schema, table.Name);
            try
            {
                await RunAsync(table, name, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.Failed(Logger, name.ToString(), error);
            }
        }
    }

    protected override TimeSpan Interval => _options.ArchiveInterval;

    protected override bool IsEnabled => _options.MaintenanceEnabled;

    protected override Task RunRoundAsync(CancellationToken stoppingToken) => RunOnceAsync(stoppingToken);

    protected override void LogFailure(Exception error) => Log.Failed(Logger, "(all)", error);

    private async Task RunAsync(TieredTable table, TableName name, CancellationToken cancellationToken)
    {
        var hot = await introspector.FindAsync(name, cancellationToken);
        // Where partitions are of another width, days would be in the way of those to come.
        if (hot?.RangePartitionColumn == table.TimeColumn && !hot.Partitions.IsEmpty && hot.Partitions.All(partition => partition.Day is not null || partition.IsDefault))
        {
            var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
            await partitions.EnsureAsync(name, [.. Enumerable.Range(0, DaysAhead + 1).Select(today.AddDays)], cancellationToken);
        }

        await publisher.SettleAsync(table, cancellationToken);
        var cutoff = archive.CutoffOf(table, null);
        await cleaner.CleanAsync(table, cutoff, cancellationToken);
        if (!await jobs.IsOpenAsync(ArchiveJob.Kind, name.ToString(), cancellationToken)
            && (await archive.FindAsync(table, cutoff, cancellationToken)).Count is var days and > 0)
        {
            Log.Queued(Logger, name.ToString(), days);
            await runner.StartJobAsync(ArchiveJob.Kind, name.ToString(), null, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.ArchiveFailed, LogLevel.Error, "Looking for days of '{Table}' to move failed; it is tried again")]
        public static partial void Failed(ILogger logger, string table, Exception error);

        [LoggerMessage(TieringEventId.ArchiveQueued, LogLevel.Debug, "{DayCount} days of '{Table}' are due to move")]
        public static partial void Queued(ILogger logger, string table, int dayCount);
    }
}
