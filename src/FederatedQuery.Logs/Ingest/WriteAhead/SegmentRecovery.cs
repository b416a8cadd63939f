using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>Reads the last segment of a log that a process has left behind, to find where it goes on.</summary>
internal static class SegmentRecovery
{
    /// <param name="Length">Bytes to keep: what follows is the torn end of a last write, which nobody was told of.</param>
    /// <param name="EndSequence">After the last record.</param>
    /// <param name="UnixMilliseconds">Of the last frame; 0 without one.</param>
    /// <param name="Damage">What had been acknowledged and is lost.</param>
    public sealed record Result(long Length, long EndSequence, long UnixMilliseconds, IReadOnlyList<Damage> Damage);

    public static Result Scan(SafeFileHandle file, Segment segment, ulong tag)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(read), read);
            if (count == 0)
            {
                break;
            }

            read += count;
        }

        return Scan(bytes, segment, tag);
    }

    public static Result Scan(ReadOnlySpan<byte> bytes, Segment segment, ulong tag)
    {
        var damage = new List<Damage>();
        var (offset, sequence, milliseconds) = (0, segment.FirstSequence, 0L);
        while (offset < bytes.Length)
        {
            if (FrameHeader.TryRead(bytes[offset..], tag, out _) is { } frame && frame.Sequence == sequence)
            {
                (offset, sequence, milliseconds) = (offset + frame.FrameLength, frame.EndSequence, frame.UnixMilliseconds);
                continue;
            }

            // A frame that was written after these bytes were flushed shows that they were whole once.
            if (FindNext(bytes, offset + 1, tag, sequence, offset) is not { } next)
            {
                break;
            }

            damage.Add(new Damage(segment.Path, offset, sequence, next.Header.Sequence));
            (offset, sequence) = (next.Offset, next.Header.Sequence);
        }

        return new Result(offset, sequence, milliseconds, damage);
    }

    /// <summary>The first whole frame at or behind an offset.</summary>
    /// <param name="sequence">Its sequence is no less.</param>
    /// <param name="durable">It says that more bytes than these had been flushed.</param>
    public static (int Offset, FrameHeader Header)? FindNext(ReadOnlySpan<byte> bytes, int from, ulong tag, long sequence, long durable)
    {
        while (from < bytes.Length)
        {
            var found = bytes[from..].IndexOf(FrameHeader.MagicBytes);
            if (found < 0)
            {
                return null;
            }

            from += found;
            if (FrameHeader.TryRead(bytes[from..], tag, out _) is { } header && header.Sequence >= sequence && header.Durable > durable)
            {
                return (from, header);
            }

            from++;
        }

        return null;
    }
}
