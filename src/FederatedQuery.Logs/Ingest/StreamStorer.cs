using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest.WriteAhead;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// Stores one stream's log in PostgreSQL, in order: reads what is on disk, waits a moment for more to make a batch with, and has some batches under way at a time. After any
/// failure it begins again where PostgreSQL says the stream is.
/// </summary>
internal sealed partial class StreamStorer(
    WriteAheadLog log, LogBatchStore batches, BatchWriter writer, LogPartitions partitions, LogIngestOptions options, LogIngestMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>News that were missed are found by then.</summary>
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(1);

    private readonly LoopFailures _failures = new("Storing log records (they wait on disk)", time, logger);
    private readonly ChannelReader<bool>? _news;
    private readonly Action<long> _onStored = _ => { };
    private long _position;
    private long _oldestMilliseconds;
    private string? _failure;

    /// <summary>Something to read when there is; without it, the log is one that nobody writes to any more.</summary>
    public ChannelReader<bool>? News { get => _news; init => _news = value; }

    /// <summary>Told where in the log, in bytes, it has been stored up to.</summary>
    public Action<long> OnStored { get => _onStored; init => _onStored = value; }

    /// <summary>Records that are on disk and not stored yet.</summary>
    public long QueuedRecords => Math.Max(0, log.Durable.Sequence - Volatile.Read(ref _position));

    /// <summary>Why storing does not get on at present; null while it does.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>How long the oldest record that is not stored yet has been waiting; zero when there is none.</summary>
    public TimeSpan OldestQueued => QueuedRecords > 0 && Volatile.Read(ref _oldestMilliseconds) is var oldest and > 0
        ? TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - oldest))
        : TimeSpan.Zero;

    /// <summary>Stores until it is cancelled, or for a log that nobody writes to until all is stored.</summary>
    /// <param name="position">Where the stream is, as far as is known.</param>
    /// <param name="draining">Cancelled: no more is going to be written; ends when all is stored.</param>
    public async Task RunAsync(long position, CancellationToken draining, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _position, position);
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var begun = Volatile.Read(ref _position);
            try
            {
                await RunSessionAsync(draining, cancellationToken);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (StreamMovedException moved)
            {
                Log.Moved(logger, moved.Message);
            }
            catch (Exception error)
            {
                // PostgreSQL is away, or the disk: whatever it is, what is queued stays queued, and it is tried again.
                Volatile.Write(ref _failure, error.Message);
                _failures.Failed(error, failure => Log.Failed(logger, QueuedRecords, failure));
                pause = Volatile.Read(ref _position) > begun ? FirstPause : pause;
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task RunSessionAsync(CancellationToken draining, CancellationToken cancellationToken)
    {
        var (stream, position) = await batches.RegisterAsync(log.Folder.Stream, Environment.MachineName, log.FirstSequence, cancellationToken);
        Volatile.Write(ref _position, position);
        using var reader = new WriteAheadReader(log, position) { OnDamage = OnDamage };
        using var session = new Session(stream, Math.Max(1, options.Writers), cancellationToken);
        var newest = Task.CompletedTask;
        try
        {
            while (true)
            {
                await session.Gate.WaitAsync(session.Token);
                if (await NextAsync(reader, newest, draining, session.Token) is not { } batch)
                {
                    break;
                }

                newest = StoreAsync(batch, newest, session);
            }
        }
        catch (OperationCanceledException) when (session.Failure is not null)
        {
            // A batch has failed, which is what is thrown below.
        }
        finally
        {
            // It ends after all before it: nothing of the session goes on beyond it.
            await newest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (session.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <returns>Null when there will be no more.</returns>
    private async Task<FrameBatch?> NextAsync(WriteAheadReader reader, Task newest, CancellationToken draining, CancellationToken cancellationToken)
    {
        while (true)
        {
            var durable = log.Durable;
            if (durable.Sequence > reader.Sequence)
            {
                await GatherAsync(reader, draining, cancellationToken);
                if (reader.Read(options.BatchRows, options.BatchBytes) is { } batch)
                {
                    return batch;
                }
            }

            else if (newest.IsCompletedSuccessfully)
            {
                OnStored(durable.LogOffset);
                reader.LetGo();
            }

            if (News is null || draining.IsCancellationRequested)
            {
                // What cannot be read of a log's end is lost, and nothing will come after it.
                return null;
            }

            await WaitAsync(IdleLook, draining, cancellationToken);
        }
    }

    /// <summary>Waits for a batch to fill, but for no longer than its first record may wait.</summary>
    private async Task GatherAsync(WriteAheadReader reader, CancellationToken draining, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (News is not null && !draining.IsCancellationRequested
            && log.Durable is var durable && durable.Sequence - reader.Sequence < options.BatchRows && durable.LogOffset - reader.LogOffset < options.BatchBytes
            && options.BatchDelay - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            await WaitAsync(left, draining, cancellationToken);
        }
    }

    private async Task WaitAsync(TimeSpan longest, CancellationToken draining, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, draining);
        timeout.CancelAfter(longest);
        try
        {
            if (await News!.WaitToReadAsync(timeout.Token))
            {
                News.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Long enough.
        }
    }

    private async Task StoreAsync(FrameBatch batch, Task previous, Session session)
    {
        using (batch)
        {
            try
            {
                if (previous.IsCompleted)
                {
                    Volatile.Write(ref _oldestMilliseconds, batch.First.UnixMilliseconds);
                }

                // Reading goes on meanwhile.
                await Task.Yield();
                var started = time.GetTimestamp();
                await partitions.EnsureAsync(batch.Days(), session.Token);
                var refused = await writer.WriteAsync(batch, session.Stream, previous, session.Token);
                if (refused > 0)
                {
                    metrics.Rejected(refused);
                    Log.Refused(logger, refused, Path.Combine(log.Folder.Path, RejectedRows.FileName));
                }

                Volatile.Write(ref _position, batch.EndSequence);

                // What comes after a pause is not as old as what was stored before it.
                Volatile.Write(ref _oldestMilliseconds, QueuedRecords > 0 ? batch.Last.UnixMilliseconds : 0);
                Volatile.Write(ref _failure, null);
                _failures.Succeeded();
                metrics.Stored(time.GetElapsedTime(started), batch.Rows - refused, batch.Bytes);
                OnStored(batch.EndLogOffset);
                log.Release(batch.EndSequence);
            }
            catch (Exception error)
            {
                // Those behind it would fail too, and it is no use to wait for them.
                await session.FailAsync(error);
                throw;
            }
            finally
            {
                await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                session.Gate.Release();
            }
        }
    }

    private void OnDamage(Damage damage)
    {
        metrics.Lost(damage.EndSequence - damage.FirstSequence);
        log.MarkDamaged(damage);
    }

    /// <summary>Batches under way at a time, until one of them fails.</summary>
    private sealed class Session(int stream, int writers, CancellationToken cancellationToken) : IDisposable
    {
        private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        private Exception? _failure;

        public int Stream => stream;

        public SemaphoreSlim Gate { get; } = new(writers);

        public CancellationToken Token => _cancellation.Token;

        /// <summary>The first one; others follow from it.</summary>
        public Exception? Failure => Volatile.Read(ref _failure);

        public Task FailAsync(Exception error)
        {
            Interlocked.CompareExchange(ref _failure, error, null);
            return _cancellation.CancelAsync();
        }

        public void Dispose()
        {
            _cancellation.Dispose();
            Gate.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEventId.StoringFailed, LogLevel.Warning, "Storing log records failed; {RecordCount} of them wait on disk, and it is tried again")]
        public static partial void Failed(ILogger logger, long recordCount, Exception error);

        [LoggerMessage(LogEventId.StreamMoved, LogLevel.Information, "{What}")]
        public static partial void Moved(ILogger logger, string what);

        [LoggerMessage(LogEventId.RowsRefused, LogLevel.Error, "PostgreSQL refuses {RowCount} log records, which are kept in '{Path}' with the reason")]
        public static partial void Refused(ILogger logger, int rowCount, string path);
    }
}
