using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>
/// Writes to a log, in a thread of its own: whatever was appended while it waited for the disk is written and flushed together. Nothing is acknowledged that is not
/// on disk; what could not be written is cut off again before anything else is. Bounded in memory and on disk. Thread-safe.
/// </summary>
internal sealed partial class LogAppender : IDisposable
{
    /// <summary>Bytes of the rows of a frame, unless a single row is longer.</summary>
    private const int FramePayload = 256 << 10;

    /// <summary>Bytes that are written at once.</summary>
    private const int StagingBytes = 2 << 20;

    /// <summary>Bytes that are flushed at once: those who came first wait for all of them.</summary>
    private const int GroupBytes = 8 << 20;

    private const int DiskFull = 28; // ENOSPC
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private static readonly TimeSpan FreeSpaceInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetrySoon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDisk = TimeSpan.FromSeconds(10);

    private readonly WriteAheadLog _log;
    private readonly int _stream;
    private readonly LogIngestOptions _options;
    private readonly LogIngestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    /// <summary>No <see cref="Lock"/>: it is waited on.</summary>
    private readonly object _gate = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Thread _thread;
    private readonly long _segmentBytes;
    private List<PendingAppend> _pending = [];
    private long _pendingBytes;
    private long _storedOffset;
    private long _freeBytes = long.MaxValue;
    private long _freeBytesAt;
    private bool _isStopping;

    /// <summary>The disk was found full: what has been stored of the last segment is to make room, too.</summary>
    private bool _wantsRoom;
    private byte[] _staging = new byte[StagingBytes];
    private SafeFileHandle? _file;
    private bool _needsRepair;

    public LogAppender(WriteAheadLog log, int stream, LogIngestOptions options, LogIngestMetrics metrics, TimeProvider time, ILogger logger)
    {
        _log = log;
        _stream = stream;
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        // A queue of one segment would be full of what has been stored.
        _segmentBytes = Math.Max(1, Math.Min(options.SegmentBytes, options.QueueMaxBytes / 8));
        MeasureFreeSpace();
        _thread = new Thread(Run) { IsBackground = true, Name = "log appender" };
        _thread.Start();
    }

    /// <summary>Something to read when records have come to be on disk.</summary>
    public ChannelReader<bool> News => _news.Reader;

    /// <summary>Bytes that are not stored in PostgreSQL yet, in memory and on disk.</summary>
    public long QueuedBytes => Math.Max(0, _log.Durable.LogOffset - Volatile.Read(ref _storedOffset)) + Volatile.Read(ref _pendingBytes);

    /// <summary>Notes up to where the log has been stored.</summary>
    public void SetStored(long logOffset) => Volatile.Write(ref _storedOffset, logOffset);

    /// <summary>Takes rows over to write them.</summary>
    /// <returns>Ends when they are on disk. It may be abandoned: they are written all the same.</returns>
    /// <exception cref="IngestQueueFullException">There is no room; the rows are not taken.</exception>
    /// <exception cref="IngestUnavailableException">The process is stopping.</exception>
    public Task Append(RecordRows rows)
    {
        var append = new PendingAppend(rows);
        lock (_gate)
        {
            if (_isStopping)
            {
                throw new IngestUnavailableException("The gateway is stopping; send the records to another one, or again later.");
            }

            RequireRoom(rows.Length);
            _pending.Add(append);
            _pendingBytes += rows.Length;
            Monitor.Pulse(_gate);
        }

        return append.Done;
    }

    /// <summary>Writes what was appended, and takes no more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _file?.Dispose();
        _news.Writer.TryComplete();
    }

    private void RequireRoom(int bytes)
    {
        if (_pendingBytes > 0 && _pendingBytes + bytes > _options.PendingMaxBytes)
        {
            _metrics.Refused("memory");
            throw new IngestQueueFullException(
                string.Create(CultureInfo.InvariantCulture, $"{_pendingBytes} bytes of log records wait for the disk, which is as many as may. Send these again later."), RetrySoon);
        }

        if (QueuedBytes is var queued && queued + bytes > _options.QueueMaxBytes)
        {
            _metrics.Refused("queue");
            throw new IngestQueueFullException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{queued} bytes of log records wait to be stored; LOGS_QUEUE_MAX_BYTES allows {_options.QueueMaxBytes}. Send these again later."),
                _metrics.TimeToStore(queued / 10));
        }

        if (_time.GetElapsedTime(_freeBytesAt) >= FreeSpaceInterval)
        {
            MeasureFreeSpace();
        }

        if (_freeBytes - _pendingBytes - bytes < _options.MinimumFreeBytes)
        {
            _metrics.Refused("disk");
            _wantsRoom = true;
            Monitor.Pulse(_gate);
            throw new IngestQueueFullException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The disk of DATA_DIRECTORY has {_freeBytes} bytes free; LOGS_MIN_FREE_BYTES keeps {_options.MinimumFreeBytes} of them. Send the records again later."),
                RetryDisk);
        }
    }

    private void Run()
    {
        while (TakeGroup() is { } group)
        {
            var durable = _log.Durable;
            try
            {
                durable = WriteGroup(group, durable);
                _log.Publish(durable);
                group.ForEach(append => append.Succeed());
                _news.Writer.TryWrite(true);
            }
            catch (Exception error)
            {
                // Whatever it is, the thread goes on: those who wait are told, and what was written is cut off before the next group.
                _needsRepair = true;
                Volatile.Write(ref _wantsRoom, group.Count > 0 && error.HResult is (DiskFull or WindowsDiskFull));
                Log.WriteFailed(_logger, durable.Segment.Path, error);
                var failure = error.HResult is DiskFull or WindowsDiskFull
                    ? (Exception)new IngestQueueFullException("The disk of DATA_DIRECTORY is full. Send the records again later.", RetryDisk)
                    : new IngestUnavailableException($"Log records could not be written to disk: {error.Message}", error);
                group.ForEach(append => append.Fail(failure));
            }
            finally
            {
                var bytes = 0L;
                foreach (var append in group)
                {
                    bytes += append.Rows.Length;
                    append.Dispose();
                }

                lock (_gate)
                {
                    _pendingBytes -= bytes;
                }
            }
        }
    }

    /// <summary>What has been appended by now, or the next that is; nothing when room is wanted; null when no more will be.</summary>
    private List<PendingAppend>? TakeGroup()
    {
        lock (_gate)
        {
            while (_pending.Count == 0)
            {
                if (_isStopping)
                {
                    return null;
                }

                if (_wantsRoom)
                {
                    return [];
                }

                Monitor.Wait(_gate);
            }

            var bytes = 0L;
            var count = 0;
            while (count < _pending.Count && (count == 0 || bytes + _pending[count].Rows.Length <= GroupBytes))
            {
                bytes += _pending[count++].Rows.Length;
            }

            if (count == _pending.Count)
            {
                var all = _pending;
                _pending = new List<PendingAppend>(Math.Min(all.Count, 1024));
                return all;
            }

            var group = _pending.GetRange(0, count);
            _pending.RemoveRange(0, count);
            return group;
        }
    }

    private DurableEnd WriteGroup(List<PendingAppend> group, DurableEnd durable)
    {
        Repair(durable);
        if (durable.Offset >= _segmentBytes)
        {
            durable = Roll(durable);
        }
        else if (Volatile.Read(ref _wantsRoom))
        {
            durable = MakeRoom(durable);
        }

        if (group.Count == 0)
        {
            return durable;
        }

        _file ??= File.OpenHandle(durable.Segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        // Ids rise within the stream, whatever the clock does.
        var milliseconds = Math.Max(durable.UnixMilliseconds, _time.GetUtcNow().ToUnixTimeMilliseconds());
        var (sequence, offset, staged) = (durable.Sequence, durable.Offset, 0);
        foreach (var append in group)
        {
            for (var first = 0; first < append.Rows.Count;)
            {
                var (payload, rows) = append.Rows.Slice(first, FramePayload);
                var (least, greatest) = append.Rows.Number(first, rows, milliseconds, _stream, sequence);
                var header = new FrameHeader(payload.Length, rows, sequence, milliseconds, least, greatest, durable.Offset);
                if (staged + header.FrameLength > _staging.Length)
                {
                    offset = Write(offset, staged);
                    staged = 0;
                    if (header.FrameLength > _staging.Length)
                    {
                        _staging = new byte[header.FrameLength];
                    }
                }

                var frame = _staging.AsSpan(staged, header.FrameLength);
                payload.Span.CopyTo(frame[FrameHeader.Length..]);
                header.Write(frame[..FrameHeader.Length], _log.Tag, frame[FrameHeader.Length..]);
                staged += header.FrameLength;
                sequence += rows;
                first += rows;
            }
        }

        offset = Write(offset, staged);
        var started = _time.GetTimestamp();
        RandomAccess.FlushToDisk(_file);
        _metrics.Flushed(_time.GetElapsedTime(started), sequence - durable.Sequence);
        return durable with { Offset = offset, LogOffset = durable.LogOffset + offset - durable.Offset, Sequence = sequence, UnixMilliseconds = milliseconds };
    }

    private DurableEnd Roll(DurableEnd durable)
    {
        durable = _log.Roll(durable);
        _log.Publish(durable);
        _file?.Dispose();
        _file = null;
        return durable;
    }

    /// <summary>A segment is deleted when another has followed it and all of it is stored: on a small disk, that of the last one is worth having.</summary>
    private DurableEnd MakeRoom(DurableEnd durable)
    {
        Volatile.Write(ref _wantsRoom, false);
        var isStored = Volatile.Read(ref _storedOffset) >= durable.LogOffset;
        if (durable.Offset == 0 || !isStored)
        {
            return durable;
        }

        durable = Roll(durable);
        _log.Release(durable.Sequence);
        MeasureFreeSpace();
        return durable;
    }

    private long Write(long offset, int staged)
    {
        RandomAccess.Write(_file!, _staging.AsSpan(0, staged), offset);
        return offset + staged;
    }

    /// <summary>After a failed write: cuts off whatever of it is there, with a handle that has not failed, before the same sequences are given again.</summary>
    private void Repair(DurableEnd durable)
    {
        if (!_needsRepair)
        {
            return;
        }

        _file?.Dispose();
        _file = null;
        using (var file = File.OpenHandle(durable.Segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
        {
            RandomAccess.SetLength(file, durable.Offset);
            RandomAccess.FlushToDisk(file);
        }

        _needsRepair = false;
    }

    private void MeasureFreeSpace()
    {
        _freeBytesAt = _time.GetTimestamp();
        try
        {
            _freeBytes = new DriveInfo(_log.Folder.Path).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A file system that does not tell is written to until it refuses.
            _freeBytes = long.MaxValue;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEventId.LogWriteFailed, LogLevel.Error, "Log records could not be written to '{Path}'; their senders are told")]
        public static partial void WriteFailed(ILogger logger, string path, Exception error);
    }
}
