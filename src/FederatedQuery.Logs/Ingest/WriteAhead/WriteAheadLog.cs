using System.Collections.Immutable;
using FederatedQuery.ObjectStore.Local;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>
/// The log that records are written to before they are acknowledged. One thread writes: while it waits for the disk, others append, and the next flush is for all of
/// them. Records get their sequence, and with it their id, as they are written. Readers see what is on disk for certain and nothing else. Thread-safe.
/// </summary>
internal sealed partial class WriteAheadLog : IDisposable
{
    private readonly StreamFolder _folder;
    private readonly ILogger _logger;
    private readonly Lock _segmentsLock = new();
    private ImmutableArray<(Segment Segment, long Start)> _segments;
    private ImmutableHashSet<string> _damaged = [];
    private DurableEnd _durable;

    private WriteAheadLog(StreamFolder folder, ILogger logger, ImmutableArray<(Segment Segment, long Start)> segments, DurableEnd durable)
    {
        _folder = folder;
        _logger = logger;
        _segments = segments;
        _durable = durable;
    }

    public StreamFolder Folder => _folder;

    public ulong Tag => _folder.Tag;

    /// <summary>The least sequence that it may still hold.</summary>
    public long FirstSequence => _segments[0].Segment.FirstSequence;

    public DurableEnd Durable => Volatile.Read(ref _durable);

    /// <summary>Opens a log as it was left, and cuts off what a last write may have left unfinished.</summary>
    /// <param name="folder">Is the log's from now on.</param>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static WriteAheadLog Open(StreamFolder folder, ILogger logger)
    {
        var found = Segment.List(folder.Path);
        var segments = ImmutableArray.CreateBuilder<(Segment Segment, long Start)>();
        var start = 0L;
        foreach (var segment in found)
        {
            segments.Add((segment, start));
            start += new FileInfo(segment.Path).Length;
        }

        if (found.Count == 0)
        {
            var first = Segment.Of(folder.Path, 0);
            Create(first, folder);
            return new WriteAheadLog(folder, logger, [(first, 0)], new DurableEnd(first, 0, 0, 0, 0));
        }

        var (last, lastStart) = segments[^1];
        using var file = File.OpenHandle(last.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var length = RandomAccess.GetLength(file);
        var recovered = SegmentRecovery.Scan(file, last, folder.Tag);
        if (recovered.Length < length)
        {
            Log.Truncated(logger, last.Path, length - recovered.Length);
            RandomAccess.SetLength(file, recovered.Length);
        }

        // What had been written and not flushed counts from here on.
        RandomAccess.FlushToDisk(file);
        return new WriteAheadLog(
            folder, logger, segments.ToImmutable(),
            new DurableEnd(last, recovered.Length, lastStart + recovered.Length, recovered.EndSequence, recovered.UnixMilliseconds));
    }

    /// <summary>Goes on at a sequence beyond the log's end: PostgreSQL has records that the log has lost.</summary>
    public void AdvanceTo(long sequence)
    {
        var durable = Durable;
        if (sequence <= durable.Sequence)
        {
            return;
        }

        Log.Advanced(_logger, _folder.Path, durable.Sequence, sequence);
        Publish(Roll(durable with { Sequence = sequence }));
    }

    /// <summary>The segment that a sequence is in, or would be; where it starts in the log.</summary>
    public (Segment Segment, long Start) SegmentOf(long sequence)
    {
        var segments = _segments;
        for (var i = segments.Length - 1; i > 0; i--)
        {
            if (segments[i].Segment.FirstSequence <= sequence)
            {
                return segments[i];
            }
        }

        return segments[0];
    }

    /// <summary>The next one; the segment itself may have been released meanwhile.</summary>
    /// <returns>Null when it is the last one.</returns>
    public (Segment Segment, long Start)? SegmentAfter(Segment segment)
    {
        foreach (var candidate in _segments)
        {
            if (candidate.Segment.FirstSequence > segment.FirstSequence)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Keeps a segment from being deleted when it is done with: it is put aside for people to look at.</summary>
    public void MarkDamaged(Damage damage)
    {
        Log.Damaged(_logger, damage.EndSequence - damage.FirstSequence, damage.Path, damage.Offset);
        ImmutableInterlocked.Update(ref _damaged, (paths, path) => paths.Add(path), damage.Path);
    }

    /// <summary>Deletes segments all of whose records have been stored.</summary>
    public void Release(long position)
    {
        while (true)
        {
            Segment segment;
            lock (_segmentsLock)
            {
                if (_segments.Length < 2 || _segments[1].Segment.FirstSequence > position)
                {
                    return;
                }

                segment = _segments[0].Segment;
                _segments = _segments.RemoveAt(0);
            }

            if (_damaged.Contains(segment.Path))
            {
                _folder.SetAside(segment);
            }
            else
            {
                File.Delete(segment.Path);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A new segment after the last one.</summary>
    public DurableEnd Roll(DurableEnd durable)
    {
        var next = Segment.Of(_folder.Path, durable.Sequence);
        if (next.Path == durable.Segment.Path)
        {
            return durable;
        }

        Create(next, _folder);
        lock (_segmentsLock)
        {
            _segments = _segments.Add((next, durable.LogOffset));
        }

        return durable with { Segment = next, Offset = 0 };
    }

    public void Publish(DurableEnd durable) => Volatile.Write(ref _durable, durable);

    private static void Create(Segment segment, StreamFolder folder)
    {
        using (var file = File.OpenHandle(segment.Path, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.FlushToDisk(file);
        }

        Durability.FlushFolder(folder.Path);
    }

    private static partial class Log
    {
        [LoggerMessage(LogEventId.TornTail, LogLevel.Warning, "The last write to '{Path}' had not ended when its process did: {ByteCount} bytes, of which nobody had been told, are cut off")]
        public static partial void Truncated(ILogger logger, string path, long byteCount);

        [LoggerMessage(
            LogEventId.LogDamaged, LogLevel.Error,
            "{RecordCount} log records that had been acknowledged are lost: '{Path}' is damaged at byte {Offset}. The file is kept beside it in 'damaged'; what follows in it is stored. Look after the disk")]
        public static partial void Damaged(ILogger logger, long recordCount, string path, long offset);

        [LoggerMessage(
            LogEventId.LogAdvanced, LogLevel.Error,
            "The write-ahead log in '{Path}' ends at record {End}, but PostgreSQL has its records up to {Position}: the folder is older than it was. It goes on from there")]
        public static partial void Advanced(ILogger logger, string path, long end, long position);
    }
}
