using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// The one reader of this process that follows what is stored, by this process or another, and passes it on to all subscribers. PostgreSQL says by NOTIFY that there is
/// something, and is asked now and then in case word was lost; which batches follow the newest one known is read from their table, so that no lost word, broken
/// connection or restart of PostgreSQL makes a gap. While nobody subscribes nothing is read. Safe for concurrent use.
/// </summary>
internal sealed partial class LogTailHub(
    PostgresConnections connections, StoredBatches stored, IOptions<LogTailOptions> options, LogTailMetrics metrics, TimeProvider time,
    ILogger<LogTailHub> logger) : BackgroundService
{
    private const int MostBatches = 100;

    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly LogTailOptions _options = options.Value;
    private readonly LoopFailures _interruptions = new("Following stored log records", time, logger);
    private readonly Lock _gate = new();
    private readonly HashSet<TailSubscriber> _subscribers = [];
    private TaskCompletionSource _somebody = NewSignal();

    /// <summary>The newest batch that was passed on. Means something only while there are subscribers.</summary>
    private long _head;

    /// <summary>Changes when the last subscriber has gone: batches that were being read for those before are for nobody.</summary>
    private long _era;

    public int Subscribers
    {
        get
        {
            lock (_gate)
            {
                return _subscribers.Count;
            }
        }
    }

    /// <summary>From now on the subscriber is offered every batch.</summary>
    /// <param name="after">What it has.</param>
    /// <returns>The batch after which it is offered all: before or behind <paramref name="after"/>, when it is not the only subscriber.</returns>
    public long Attach(TailSubscriber subscriber, long after)
    {
        lock (_gate)
        {
            if (_subscribers.Count == 0)
            {
                _head = after;
                _somebody.TrySetResult();
            }

            _subscribers.Add(subscriber);
            return _head;
        }
    }

    public void Detach(TailSubscriber subscriber)
    {
        lock (_gate)
        {
            if (_subscribers.Remove(subscriber) && _subscribers.Count == 0)
            {
                _somebody = NewSignal();
                _era++;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                await Somebody().WaitAsync(stoppingToken);
                await FollowAsync(
                    () =>
                    {
                        failures = 0;
                        _interruptions.Succeeded();
                    },
                    stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                failures++;
                _interruptions.Failed(error, failure => Log.Interrupted(logger, failure));
                metrics.Interruptions.Add(1);
                var delay = TimeSpan.FromTicks(Math.Min(_options.MaximumRetryDelay.Ticks, FirstRetryDelay.Ticks << Math.Min(failures, 20)));
                await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Passes on what is stored until nobody subscribes any more.</summary>
    private async Task FollowAsync(Action succeeded, CancellationToken cancellationToken)
    {
        await using var listener = await OpenAsync(cancellationToken);
        while (Position() is { } position)
        {
            var batches = await stored.ListAfterAsync(position.Head, MostBatches, cancellationToken);
            succeeded();
            if (batches.Count > 0)
            {
                await PassOnAsync(position, batches, cancellationToken);
            }
            else
            {
                // Returns at the first word, or when none comes; notifications that came meanwhile are answered at once.
                await listener.WaitAsync(_options.PollInterval, cancellationToken);
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"LISTEN {LogBatchStore.Channel}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task PassOnAsync((long Head, long Era) position, IReadOnlyList<LogBatch> batches, CancellationToken cancellationToken)
    {
        if (batches[0].Number != position.Head + 1)
        {
            // Those between were stored so long ago that they are forgotten, while this process had no connection: only the tables have their records.
            Log.Forgotten(logger, position.Head, batches[0].Number);
            Advance(position.Era, batches[0].Number - 1, null);
        }

        foreach (var group in BatchGroups.Of(batches, _options.RowsAtATime))
        {
            var (read, isComplete) = await stored.ReadAsync(group, cancellationToken);
            if (!isComplete)
            {
                // Some have moved to the cold tier already, or were deleted.
                Advance(position.Era, group[^1].Number, null);
                continue;
            }

            foreach (var batch in read)
            {
                Advance(position.Era, batch.Number, batch);
            }
        }
    }

    /// <param name="batch">Null: the batches up to the number cannot be passed on.</param>
    private void Advance(long era, long number, TailBatch? batch)
    {
        lock (_gate)
        {
            if (era != _era)
            {
                return;
            }

            foreach (var subscriber in _subscribers)
            {
                if (batch is null)
                {
                    subscriber.Lose();
                }
                else
                {
                    subscriber.Offer(batch);
                }
            }

            _head = number;
        }

        metrics.Records.Add(batch?.Records.Count ?? 0);
    }

    private (long Head, long Era)? Position()
    {
        lock (_gate)
        {
            return _subscribers.Count == 0 ? null : (_head, _era);
        }
    }

    private Task Somebody()
    {
        lock (_gate)
        {
            return _somebody.Task;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(LogEventId.TailInterrupted, LogLevel.Warning, "Stored log records could not be followed; this is tried again until it succeeds, and nothing is left out")]
        public static partial void Interrupted(ILogger logger, Exception error);

        [LoggerMessage(LogEventId.TailForgotten, LogLevel.Warning, "Batch {Head} of log records was the last one that was passed on and the next one remembered is {Number}: subscribers read those between from the tables")]
        public static partial void Forgotten(ILogger logger, long head, long number);
    }
}
