using FederatedQuery.Cold.Results;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Materialized;

/// <summary>
/// Twice a minute, in every process: drops results past their time or out of date, deletes files that no reader can be at any more, notes which results were used, and
/// forgets writes that no result needs to know of. Whatever one process leaves undone, any other does.
/// </summary>
public sealed partial class MaterializationLoop(
    MaterializedResults results, MaterializedResultStore store, ResultFiles files, IOptions<QueryOptions> queries, MaterializationMetrics metrics,
    TimeProvider time, ILogger<MaterializationLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Beyond QUERY_TIMEOUT, after which no query reads a file or stores a result.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(3);

    private readonly LoopFailures _failures = new("Looking after stored results", time, logger);

    /// <summary>Transaction ids by when they were the oldest open ones, oldest first.</summary>
    private readonly Queue<(DateTimeOffset At, string Xid)> _oldest = new();

    /// <summary>One round.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var longAgo = now - queries.Value.Timeout - Margin;
        if (results.TakeUses() is { Count: > 0 } uses)
        {
            await store.TouchAsync(uses, cancellationToken);
        }

        await store.DropExpiredAsync(now, longAgo, cancellationToken);
        await store.DropOverwrittenAsync(now, cancellationToken);
        while (await store.ListDroppedAsync(longAgo, null, cancellationToken) is { Count: > 0 } dropped)
        {
            await files.DeleteAsync(dropped.Select(result => result.Location), cancellationToken);
            await store.RemoveAsync([.. dropped.Select(result => result.Id)], cancellationToken);
        }

        await PruneAsync(now, longAgo, cancellationToken);
        var (count, bytes) = await store.SizeAsync(cancellationToken);
        metrics.Measured(count, bytes);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Observe(() => results.Waiting);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            using var timeout = new CancellationTokenSource(Margin, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
            try
            {
                await RunOnceAsync(both.Token);
                _failures.Succeeded();
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                _failures.Failed(error, failure => Log.Failed(logger, failure));
            }
        }
    }

    /// <summary>A run that began a while ago is still to be stored: what it needs to be judged by is kept that long.</summary>
    private async Task PruneAsync(DateTimeOffset now, DateTimeOffset longAgo, CancellationToken cancellationToken)
    {
        _oldest.Enqueue((now, await store.OldestOpenAsync(cancellationToken)));
        string? below = null;
        while (_oldest.TryPeek(out var oldest) && oldest.At < longAgo)
        {
            below = _oldest.Dequeue().Xid;
        }

        if (below is not null)
        {
            await store.PruneWritesAsync(below, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(FederationEventId.MaterializationRoundFailed, LogLevel.Error, "Looking after stored results failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
