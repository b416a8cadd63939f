using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>
/// Reads a log from a position on, as far as it is on disk: what was written just now comes from the operating system's memory. What is damaged is noted, said loudly
/// and passed over. Not thread-safe.
/// </summary>
internal sealed class WriteAheadReader : IDisposable
{
    private readonly WriteAheadLog _log;
    private Segment _segment;
    private long _start;
    private long _offset;
    private long _sequence;
    private SafeFileHandle? _file;
    private (string Path, long Offset)? _lostAt;

    /// <param name="position">The sequence of the first record to read.</param>
    public WriteAheadReader(WriteAheadLog log, long position)
    {
        _log = log;
        _sequence = position;
        (_segment, _start) = log.SegmentOf(position);
    }

    /// <summary>Of the next record.</summary>
    public long Sequence => _sequence;

    /// <summary>Told of what was acknowledged and cannot be read.</summary>
    public Action<Damage> OnDamage { get; init; } = _ => { };

    /// <summary>Where it has come to in the whole log, in bytes.</summary>
    public long LogOffset => _start + _offset;

    /// <summary>The next frames that are on disk: as many as there are and may be, at least one.</summary>
    /// <returns>Null when there is none yet. Else the caller's to dispose of.</returns>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public FrameBatch? Read(int mostRows, int mostBytes)
    {
        while (true)
        {
            var durable = _log.Durable;
            var isLast = durable.Segment == _segment;
            _file ??= File.OpenHandle(_segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var limit = isLast ? durable.Offset : RandomAccess.GetLength(_file);
            if (_offset < limit)
            {
                if (ReadSegment(limit, mostRows, mostBytes) is { } batch)
                {
                    return batch;
                }
            }
            else if (isLast || !MoveOn())
            {
                return null;
            }
        }
    }

    /// <summary>When all has been read: holds no file any more that others have followed. What is deleted takes room as long as somebody has it open.</summary>
    public void LetGo()
    {
        var durable = _log.Durable;
        while (_sequence == durable.Sequence && _segment != durable.Segment && MoveOn())
        {
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>To the next segment.</summary>
    private bool MoveOn()
    {
        if (_log.SegmentAfter(_segment) is not { } next)
        {
            return false;
        }

        if (next.Segment.FirstSequence > _sequence)
        {
            _lostAt ??= (_segment.Path, _offset);
        }

        (_segment, _start) = next;
        _offset = 0;
        _file?.Dispose();
        _file = null;
        return true;
    }

    /// <returns>Null when frames that were asked for before, or damage, have been passed over.</returns>
    private FrameBatch? ReadSegment(long limit, int mostRows, int mostBytes)
    {
        var length = (int)Math.Min(mostBytes, limit - _offset);
        while (true)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            var batch = new FrameBatch(buffer) { From = _sequence };
            try
            {
                Fill(buffer.AsSpan(0, length));
                var passed = TakeFrames(batch, buffer.AsSpan(0, length), mostRows, out var needed);
                _offset += passed;
                if (!batch.IsEmpty)
                {
                    batch.EndLogOffset = LogOffset;
                    return batch;
                }

                if (passed > 0)
                {
                    batch.Dispose();
                    return null;
                }

                if (needed <= length || needed > limit - _offset)
                {
                    batch.Dispose();
                    PassDamage(limit);
                    return null;
                }

                length = needed;
            }
            catch
            {
                batch.Dispose();
                throw;
            }

            batch.Dispose();
        }
    }

    /// <returns>The bytes that were taken or passed over.</returns>
    private int TakeFrames(FrameBatch batch, ReadOnlySpan<byte> bytes, int mostRows, out int needed)
    {
        needed = 0;
        var at = 0;
        while (at < bytes.Length && batch.Rows < mostRows && FrameHeader.TryRead(bytes[at..], _log.Tag, out needed) is { } frame)
        {
            if (frame.Sequence > _sequence)
            {
                if (!batch.IsEmpty)
                {
                    break;
                }

                var (path, offset) = _lostAt ?? (_segment.Path, _offset + at);
                OnDamage(new Damage(path, offset, _sequence, frame.Sequence));
                _lostAt = null;
            }

            if (frame.EndSequence > _sequence)
            {
                batch.Add(at, frame);
                _sequence = frame.EndSequence;
            }

            at += frame.FrameLength;
        }

        return at;
    }

    /// <summary>To the next whole frame.</summary>
    private void PassDamage(long limit)
    {
        _lostAt ??= (_segment.Path, _offset);
        var rest = new byte[limit - _offset];
        Fill(rest);
        _offset = SegmentRecovery.FindNext(rest, 1, _log.Tag, _sequence, durable: -1) is { } next ? _offset + next.Offset : limit;
    }

    private void Fill(Span<byte> bytes)
    {
        for (var filled = 0; filled < bytes.Length;)
        {
            var read = RandomAccess.Read(_file!, bytes[filled..], _offset + filled);
            if (read == 0)
            {
                throw new IOException($"'{_segment.Path}' ends at byte {_offset + filled}, before what was written to it.");
            }

            filled += read;
        }
    }
}
