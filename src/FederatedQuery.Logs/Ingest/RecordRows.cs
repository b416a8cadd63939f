using System.Buffers;
using FederatedQuery.Hot.Copy;

namespace FederatedQuery.Logs.Ingest;

/// <summary>Records as rows of a binary COPY, each with room for its id, in a pooled buffer of their own. Not thread-safe.</summary>
internal sealed class RecordRows : IDisposable
{
    /// <summary>Number of columns, length of the id; then the id.</summary>
    private const int IdOffset = sizeof(short) + sizeof(int);

    /// <summary>The id, length of the timestamp; then the timestamp.</summary>
    private const int TimeOffset = IdOffset + LogId.Length + sizeof(int);

    private const int InitialBytes = 2048;
    private const int InitialRows = 8;

    private readonly EncodedRows _rows = new(InitialBytes);
    private int[] _starts = ArrayPool<int>.Shared.Rent(InitialRows);

    public int Count { get; private set; }

    public int Length => _rows.Length;

    /// <summary>Begins a row with its id (to be filled in) and its timestamp; the caller adds the other columns.</summary>
    public EncodedRows BeginRow(long micros)
    {
        if (Count == _starts.Length)
        {
            var larger = ArrayPool<int>.Shared.Rent(Count * 2);
            _starts.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_starts);
            _starts = larger;
        }

        _starts[Count++] = _rows.Length;
        _rows.BeginRow(LogTable.Columns.Length);
        _rows.Uuid(stackalloc byte[LogId.Length]);
        _rows.Timestamptz(micros);
        return _rows;
    }

    /// <summary>Gives rows their ids.</summary>
    /// <param name="first">Index of the first of them.</param>
    /// <param name="sequence">Of the first of them.</param>
    /// <returns>The least and the greatest timestamp among them.</returns>
    public (long Least, long Greatest) Number(int first, int count, long unixMilliseconds, int stream, long sequence)
    {
        var bytes = _rows.WrittenSpan;
        var (least, greatest) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < count; i++)
        {
            var row = bytes[_starts[first + i]..];
            LogId.Write(row[IdOffset..], unixMilliseconds, stream, sequence + i);
            var micros = EncodedRow.Timestamptz(row[TimeOffset..]);
            (least, greatest) = (Math.Min(least, micros), Math.Max(greatest, micros));
        }

        return (least, greatest);
    }

    /// <summary>Some of the rows; at least one, and more as long as they are no more bytes than asked for.</summary>
    /// <param name="first">Index of the first of them.</param>
    public (ReadOnlyMemory<byte> Bytes, int Count) Slice(int first, int mostBytes)
    {
        var (start, end) = (_starts[first], first + 1);
        while (end < Count && EndOf(end) - start <= mostBytes)
        {
            end++;
        }

        return (_rows.Written[start..EndOf(end - 1)], end - first);
    }

    public static long TimeOf(ReadOnlySpan<byte> row) => EncodedRow.Timestamptz(row[TimeOffset..]);

    public static Guid IdOf(ReadOnlySpan<byte> row) => new(row.Slice(IdOffset, LogId.Length), bigEndian: true);

    public void Dispose()
    {
        _rows.Dispose();
        if (_starts.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_starts);
            _starts = [];
        }
    }

    private int EndOf(int row) => row + 1 < Count ? _starts[row + 1] : _rows.Length;
}
