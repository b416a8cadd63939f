using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Logs.Ingest.WriteAhead;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// Takes log records in: they are acknowledged when they are on disk here, and stored in PostgreSQL soon after, exactly once, whatever dies meanwhile. Runs as a hosted
/// service. Thread-safe.
/// </summary>
public sealed partial class LogIngest : IHostedService, IAsyncDisposable
{
    /// <summary>A disk that has not answered by then is broken.</summary>
    private static readonly TimeSpan AppendTimeout = TimeSpan.FromSeconds(30);

    private readonly LogTableState _table;
    private readonly LogBatchStore _batches;
    private readonly PostgresConnections _connections;
    private readonly LogPartitions _partitions;
    private readonly LogIngestOptions _options;
    private readonly LogLimits _limits;
    private readonly LogIngestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<LogIngest> _logger;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _leftovers = [];
    private string? _unavailable = "Log ingest has not started yet.";
    private WriteAheadLog? _log;
    private LogAppender? _appender;
    private StreamStorer? _storer;
    private Task _storing = Task.CompletedTask;

    internal LogIngest(
        LogTableState table, LogBatchStore batches, PostgresConnections connections, LogPartitions partitions, IOptions<LogIngestOptions> options, LogLimits limits,
        LogIngestMetrics metrics, TimeProvider time, ILogger<LogIngest> logger)
    {
        _table = table;
        _batches = batches;
        _connections = connections;
        _partitions = partitions;
        _options = options.Value;
        _limits = limits;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        metrics.Queue = () => (_storer?.QueuedRecords ?? 0, _appender?.QueuedBytes ?? 0);
    }

    /// <summary>How it stands.</summary>
    public IngestStatus Status => new(
        _storer?.QueuedRecords ?? 0, _appender?.QueuedBytes ?? 0, _metrics.StoredRecords, _metrics.RejectedRecords, _metrics.StoredPerSecond,
        _storer?.OldestQueued.TotalSeconds ?? 0);

    /// <summary>Why records cannot be taken in, or are taken in and not stored, at present; null while all is well.</summary>
    public string? Problem => Volatile.Read(ref _unavailable) ?? _storer?.Failure;

    /// <summary>Whether records are taken in.</summary>
    public bool IsAvailable => Volatile.Read(ref _unavailable) is null;

    /// <summary>For the records of a request; to be disposed of. Its records go nowhere before <see cref="AppendAsync"/>.</summary>
    public LogBatchBuilder CreateBatch() => new(_limits);

    /// <summary>
    /// Takes over the rows that the builder has by now, and ends when they are on disk: then, and not before, their senders may be told. When it fails or is cancelled they may
    /// still come to be stored. Call it for a request whose records were all rejected too: they are counted here.
    /// </summary>
    /// <exception cref="IngestQueueFullException">The queue is full; none of the rows was taken in.</exception>
    /// <exception cref="IngestUnavailableException">Ingest is off, stopping, or its disk does not work.</exception>
    public async Task AppendAsync(LogBatchBuilder batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        if (batch.TakeRejections() is var rejected and > 0)
        {
            _metrics.Rejected(rejected);
        }

        if (batch.Take() is not { } rows)
        {
            return;
        }

        Task done;
        try
        {
            done = RequireAppender().Append(rows);
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        try
        {
            await done.WaitAsync(AppendTimeout, _time, cancellationToken);
        }
        catch (TimeoutException slow)
        {
            throw new IngestUnavailableException($"The disk of DATA_DIRECTORY did not answer within {AppendTimeout.TotalSeconds:0} seconds.", slow);
        }
    }

    /// <summary>Makes the table, takes up the write-ahead log that was left here, and begins to store what is in it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_options.Enabled)
        {
            Volatile.Write(ref _unavailable, "Log ingest is off: LOGS_ENABLED is false.");
            return;
        }

        if (await _table.EnsureAsync(cancellationToken) is { } mismatch)
        {
            Disable(mismatch, null);
            return;
        }

        IReadOnlyList<StreamFolder> folders;
        try
        {
            folders = StreamFolder.OpenAll(_options.Directory);
            _log = WriteAheadLog.Open(folders[0], _logger);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Disable($"The write-ahead log in '{_options.Directory}' could not be opened: {error.Message}", error);
            return;
        }

        var (stream, position) = await _batches.RegisterAsync(folders[0].Stream, Environment.MachineName, _log.FirstSequence, cancellationToken);
        _log.AdvanceTo(position);
        _appender = new LogAppender(_log, stream, _options, _metrics, _time, _logger);
        _storer = NewStorer(_log, _appender);
        _storing = Task.Run(() => _storer.RunAsync(position, _draining.Token, _stopping.Token), CancellationToken.None);
        foreach (var folder in folders.Skip(1))
        {
            _leftovers.Add(Task.Run(() => StoreLeftoverAsync(folder), CancellationToken.None));
        }

        Volatile.Write(ref _unavailable, null);
        Log.Ready(_logger, stream, folders[0].Path, _log.Durable.Sequence - position);
    }

    /// <summary>
    /// Takes no more records, and goes on storing for a while; what is left then is stored when the gateway starts again. The token does not shorten it: by now it may be spent
    /// by requests that were given time to end, and where the disk goes with the process this is the last chance.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken) => StopAsync(_options.StopTimeout);

    private async Task StopAsync(TimeSpan patience)
    {
        Interlocked.CompareExchange(ref _unavailable, "The gateway is stopping; send the records to another one, or again later.", null);
        if (_appender is { } appender)
        {
            await Task.Run(appender.Dispose, CancellationToken.None);
        }

        await _draining.CancelAsync();
        try
        {
            await _storing.WaitAsync(patience, _time, CancellationToken.None);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            Log.Left(_logger, _storer?.QueuedRecords ?? 0, _options.Directory);
        }

        await _stopping.CancelAsync();
        await Task.WhenAll([_storing, .. _leftovers]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _log?.Dispose();
        _log = null;
    }

    /// <summary>After a start that failed elsewhere, nobody stops this.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_log is not null)
        {
            await StopAsync(TimeSpan.Zero);
        }

        _draining.Dispose();
        _stopping.Dispose();
    }

    private LogAppender RequireAppender() => Volatile.Read(ref _unavailable) is { } why ? throw new IngestUnavailableException(why) : _appender!;

    private StreamStorer NewStorer(WriteAheadLog log, LogAppender? appender) => new(
        log, _batches, new BatchWriter(_connections, _options, new RejectedRows(log.Folder.Path) { OnDropped = OnDropped }), _partitions, _options, _metrics, _time, _logger)
    {
        News = appender?.News,
        OnStored = offset => appender?.SetStored(offset),
    };

    /// <summary>What a process that is gone for good has left in a folder that all can reach.</summary>
    private async Task StoreLeftoverAsync(StreamFolder folder)
    {
        try
        {
            using var log = WriteAheadLog.Open(folder, _logger);
            var storer = NewStorer(log, null);
            await storer.RunAsync(0, _draining.Token, _stopping.Token);
            if (storer.QueuedRecords == 0)
            {
                Log.LeftoverStored(_logger, folder.Path);
                folder.DeleteStored();
            }
        }
        catch (Exception error)
        {
            folder.Dispose();
            Log.LeftoverFailed(_logger, folder.Path, error);
        }
    }

    /// <summary>Records that were acknowledged and that nobody has looked at in the file of refused ones.</summary>
    private void OnDropped(long records)
    {
        _metrics.Lost(records);
        Log.Dropped(_logger, records, RejectedRows.FileName);
    }

    private void Disable(string why, Exception? error)
    {
        Volatile.Write(ref _unavailable, $"Log ingest is off. {why}");
        Log.Disabled(_logger, why, error);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEventId.IngestReady, LogLevel.Information, "Log ingest is ready as stream {Stream} in '{Path}'; {RecordCount} records of before are to be stored")]
        public static partial void Ready(ILogger logger, int stream, string path, long recordCount);

        [LoggerMessage(LogEventId.IngestDisabled, LogLevel.Error, "Log ingest is off: records are refused. {Why}")]
        public static partial void Disabled(ILogger logger, string why, Exception? error);

        [LoggerMessage(
            LogEventId.RefusedDropped, LogLevel.Error,
            "{RecordCount} log records that PostgreSQL had refused are lost: '{FileName}' has been filled twice since, and its older half is gone. Look why PostgreSQL refuses them")]
        public static partial void Dropped(ILogger logger, long recordCount, string fileName);

        [LoggerMessage(LogEventId.LeftToStore, LogLevel.Warning, "{RecordCount} acknowledged log records are left in '{Path}'; they are stored when the gateway starts again")]
        public static partial void Left(ILogger logger, long recordCount, string path);

        [LoggerMessage(LogEventId.LeftoverStored, LogLevel.Information, "Stored what another process had left in '{Path}'")]
        public static partial void LeftoverStored(ILogger logger, string path);

        [LoggerMessage(LogEventId.LeftoverFailed, LogLevel.Error, "What another process has left in '{Path}' could not be stored; the next start tries it again")]
        public static partial void LeftoverFailed(ILogger logger, string path, Exception error);
    }
}
