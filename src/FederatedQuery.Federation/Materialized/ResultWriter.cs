using System.Text.Json;
using System.Threading.Channels;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Results;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Hot.Writes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Materialized;

/// <summary>
/// Stores results, one after the other, behind the answers that they were; few wait for it, and what comes when there are many is not stored. Safe for concurrent use.
/// </summary>
public sealed partial class ResultWriter : IAsyncDisposable
{
    private const int MaximumWaiting = 16;

    /// <summary>A statement that has to be run again to be stored is run in the background only when it is no long one.</summary>
    private static readonly TimeSpan LongestRepeated = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan WorkTimeout = TimeSpan.FromMinutes(2);

    private readonly MaterializedResultStore _store;
    private readonly TableWrites _writes;
    private readonly ResultFiles _files;
    private readonly DuckDbEngine _engine;
    private readonly MaterializationOptions _options;
    private readonly MaterializationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<ResultWriter> _logger;
    private readonly Channel<(Func<CancellationToken, Task> Run, long Bytes, IDisposable? Held)> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _working;
    private long _waitingBytes;

    public ResultWriter(
        MaterializedResultStore store, TableWrites writes, ResultFiles files, DuckDbEngine engine, IOptions<MaterializationOptions> options,
        MaterializationMetrics metrics, TimeProvider time, ILogger<ResultWriter> logger)
    {
        _store = store;
        _writes = writes;
        _files = files;
        _engine = engine;
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _waiting = Channel.CreateBounded<(Func<CancellationToken, Task> Run, long Bytes, IDisposable? Held)>(
            new BoundedChannelOptions(MaximumWaiting) { SingleReader = true });
        _working = WorkAsync(_stopping.Token);
    }

    /// <summary>Stores a result now.</summary>
    /// <exception cref="FederatedQueryException">It cannot be stored.</exception>
    internal async Task<MaterializedAnswer> StoreAsync(PendingResult pending, CancellationToken cancellationToken)
    {
        if (ResultColumns.FindUnstorable(pending.Columns) is { } column)
        {
            throw new FederatedQueryException(
                FailureKind.NotAllowed, $"The result cannot be stored: column '{column.Name}' is of type {column.Type}, which a stored result does not keep. Cast it to VARCHAR.");
        }

        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var result = new MaterializedResult
        {
            Id = id,
            Key = pending.Subject.Key!,
            Statement = await pending.Subject.Statement(cancellationToken),
            Sql = pending.Subject.Sql,
            Tables = [.. pending.Stamp.Cold.Select(state => state.Table)],
            Cold = ColdState.ToJson(pending.Stamp.Cold),
            HotFingerprint = pending.Stamp.Hot?.Fingerprint,
            HotRelations = pending.Stamp.Hot?.Relations ?? [],
            HotSnapshot = pending.Stamp.Hot?.Snapshot,
            Location = _files.LocationOf(id),
            Columns = JsonSerializer.Serialize(pending.Columns.Select(StoredColumn.Of)),
            Rows = pending.Rows,
            Truncated = pending.Truncated,
            Bytes = 0,
            CreatedAt = now,
            ExpiresAt = now + pending.TimeToLive,
        };
        await _store.BeginAsync(result, cancellationToken);
        var isPublished = false;
        try
        {
            long bytes;
            using (var lease = await _engine.Pool.RentAsync(cancellationToken))
            {
                bytes = await _files.WriteAsync(lease.Connection, id, pending.Columns, pending.Kept.Chunks, cancellationToken);
            }

            var evicted = await _store.PublishAsync(id, bytes, _options.MaximumCount, _options.MaximumBytes, _time.GetUtcNow(), cancellationToken)
                ?? throw new FederatedQueryException(FailureKind.Overloaded, "The result was dropped while it was being stored: one of its tables was purged, or it took too long.");
            isPublished = true;
            _metrics.Stored(bytes, evicted);
            Log.Stored(_logger, pending.Rows, bytes, result.ExpiresAt);
            return new MaterializedAnswer(pending.Rows, [.. pending.Columns.Select(column => column.Name)], bytes, result.ExpiresAt);
        }
        finally
        {
            if (!isPublished)
            {
                _metrics.NotStored();
                await _store.DropAsync(id, _time.GetUtcNow(), CancellationToken.None);
            }
        }
    }

    /// <inheritdoc cref="TableWrites.TrackAsync"/>
    internal Task<string?> TrackAsync(IReadOnlyList<TableName> tables, CancellationToken cancellationToken) => _writes.TrackAsync(tables, cancellationToken);

    /// <summary>Stores a result behind its answer, and disposes of its rows.</summary>
    internal void Enqueue(PendingResult pending) => Enqueue(token => StoreAsync(pending, token), pending.Kept.Bytes, pending.Kept);

    /// <summary>Has writes to tables noted from now on, and then stores the statement's result by another run.</summary>
    internal void EnqueueTracking(IReadOnlyList<TableName> tables, TimeSpan ranFor, Func<CancellationToken, Task> runAgain) => Enqueue(
        async token =>
        {
            if (await _writes.TrackAsync(tables, token) is { } reason)
            {
                Log.NotTracked(_logger, reason);
            }
            else if (ranFor < LongestRepeated)
            {
                await runAgain(token);
            }
        },
        0, null);

    /// <summary>A result is out of date or cannot be read.</summary>
    internal void EnqueueDrop(Guid id) => Enqueue(token => _store.DropAsync(id, _time.GetUtcNow(), token), 0, null);

    /// <summary>Ends when all that was waiting is done.</summary>
    internal async Task IdleAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((_ => Task.Run(done.SetResult, CancellationToken.None), 0, null));
        await done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _working;
        _stopping.Dispose();
    }

    private void Enqueue(Func<CancellationToken, Task> run, long bytes, IDisposable? held)
    {
        var isFull = Interlocked.Add(ref _waitingBytes, bytes) > 4 * _options.MaximumResultBytes;
        if (isFull || !_waiting.Writer.TryWrite((run, bytes, held)))
        {
            Interlocked.Add(ref _waitingBytes, -bytes);
            held?.Dispose();
            _metrics.NotStored();
        }
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        await foreach (var (run, bytes, held) in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            using (held)
            {
                using var timeout = new CancellationTokenSource(WorkTimeout, _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
                try
                {
                    if (!stopping.IsCancellationRequested)
                    {
                        await run(both.Token);
                    }
                }
                catch (Exception error) when (!stopping.IsCancellationRequested)
                {
                    Log.Failed(_logger, error);
                }
                catch (Exception error)
                {
                    // Going down: what was begun is dropped when its time is over.
                    Log.GivenUp(_logger, error);
                }
            }

            Interlocked.Add(ref _waitingBytes, -bytes);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(FederationEventId.ResultStored, LogLevel.Debug, "Stored a result of {Rows} rows in {Bytes} bytes; it answers until {ExpiresAt}")]
        public static partial void Stored(ILogger logger, long rows, long bytes, DateTimeOffset expiresAt);

        [LoggerMessage(FederationEventId.SourcesNotTracked, LogLevel.Information, "Results that read hot rows are not stored: {Reason}")]
        public static partial void NotTracked(ILogger logger, string reason);

        [LoggerMessage(FederationEventId.ResultNotStored, LogLevel.Warning, "A result could not be stored; its statement is run when it is asked again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(FederationEventId.ResultGivenUp, LogLevel.Debug, "A result was not stored, since the process ends")]
        public static partial void GivenUp(ILogger logger, Exception error);
    }
}

/// <summary>A result to be stored.</summary>
internal sealed record PendingResult(
    MaterializationSubject Subject, ResultStamp Stamp, KeptRows Kept, IReadOnlyList<DuckDBColumn> Columns, long Rows, bool Truncated, TimeSpan TimeToLive);

/// <summary>A column as the index has it.</summary>
/// <param name="Type">As DuckDB's SQL says it.</param>
internal sealed record StoredColumn(string Name, string Type)
{
    public static StoredColumn Of(DuckDBColumn column) => new(column.Name, column.Type.ToString());
}
