using System.Buffers;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>Frames that follow each other, as read from the log. Its memory is pooled.</summary>
internal sealed class FrameBatch(byte[] buffer) : IDisposable
{
    private readonly List<(int Offset, FrameHeader Header)> _frames = [];
    private byte[] _buffer = buffer;

    /// <summary>Where the log was before: the position that the batch moves on.</summary>
    public required long From { get; init; }

    /// <summary>After the last row.</summary>
    public long EndSequence { get; private set; }

    /// <summary>Where the batch ends in the whole log, in bytes.</summary>
    public long EndLogOffset { get; set; }

    public int Rows { get; private set; }

    public bool IsEmpty => _frames.Count == 0;

    public FrameHeader First => _frames[0].Header;

    public FrameHeader Last => _frames[^1].Header;

    public long LeastMicros { get; private set; } = long.MaxValue;

    public long GreatestMicros { get; private set; } = long.MinValue;

    public long Bytes { get; private set; }

    public void Add(int offset, FrameHeader header)
    {
        _frames.Add((offset, header));
        EndSequence = header.EndSequence;
        Rows += (int)(header.EndSequence - Math.Max(header.Sequence, From));
        Bytes += header.FrameLength;
        LeastMicros = Math.Min(LeastMicros, header.LeastMicros);
        GreatestMicros = Math.Max(GreatestMicros, header.GreatestMicros);
    }

    /// <summary>The rows, frame by frame; without those before <see cref="From"/>, which have been stored.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Payloads()
    {
        foreach (var (offset, header) in _frames)
        {
            var payload = _buffer.AsMemory(offset + FrameHeader.Length, header.PayloadLength);
            for (var sequence = header.Sequence; sequence < From; sequence++)
            {
                payload = payload[EncodedRow.LengthOf(payload.Span)..];
            }

            yield return payload;
        }
    }

    /// <summary>The rows, one by one.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> EachRow()
    {
        foreach (var payload in Payloads())
        {
            for (var rest = payload; rest.Length > 0;)
            {
                var length = EncodedRow.LengthOf(rest.Span);
                yield return rest[..length];
                rest = rest[length..];
            }
        }
    }

    /// <summary>The days (UTC) that its rows belong to.</summary>
    public IReadOnlyCollection<DateOnly> Days()
    {
        var days = new HashSet<DateOnly>();
        foreach (var (offset, header) in _frames)
        {
            var (first, last) = (EpochTime.DayOfMicros(header.LeastMicros), EpochTime.DayOfMicros(header.GreatestMicros));
            days.Add(first);
            days.Add(last);
            if (last.DayNumber - first.DayNumber > 1)
            {
                for (var rest = _buffer.AsSpan(offset + FrameHeader.Length, header.PayloadLength); rest.Length > 0; rest = rest[EncodedRow.LengthOf(rest)..])
                {
                    days.Add(EpochTime.DayOfMicros(RecordRows.TimeOf(rest)));
                }
            }
        }

        return days;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
