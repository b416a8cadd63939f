using System.Buffers;
using System.Buffers.Binary;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy.Decoding;

namespace FederatedQuery.Hot.Copy;

/// <summary>
/// Decodes the stream of <c>COPY (SELECT ...) TO STDOUT (FORMAT binary)</c> into DuckDB chunks. Not thread-safe. The stream is the caller's.
/// </summary>
public sealed class CopyBinaryReader : IDisposable
{
    /// <summary>PostgreSQL sends a row per message and Npgsql gives a message per read; a larger buffer only holds larger rows.</summary>
    private const int InitialBufferLength = 64 * 1024;

    private readonly Stream _stream;
    private readonly IReadOnlyList<CopyColumn> _columns;
    private readonly int[] _targets;
    private readonly ValueDecoder[] _decoders;
    private readonly DuckDBVectorWriter[] _writers;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBufferLength);
    private int _start;
    private int _end;
    private bool _headerRead;
    private bool _ended;

    /// <param name="stream">From its first byte on.</param>
    /// <param name="columns">The columns of the SELECT, in its order.</param>
    /// <param name="targets">For each column, the chunk's column that it goes to; null: in order.</param>
    public CopyBinaryReader(Stream stream, IReadOnlyList<CopyColumn> columns, IReadOnlyList<int>? targets = null)
    {
        _stream = stream;
        _columns = columns;
        _targets = [.. targets ?? Enumerable.Range(0, columns.Count)];
        _decoders = [.. columns.Select(column => ValueDecoder.For(column.Type, column.VectorType))];
        _writers = new DuckDBVectorWriter[columns.Count];
    }

    public long Rows { get; private set; }

    /// <summary>Bytes of the COPY format, headers included.</summary>
    public long Bytes { get; private set; }

    /// <summary>Fills an empty chunk and sets its count.</summary>
    /// <returns>The rows read; 0 at the end of the stream.</returns>
    /// <exception cref="HotException">A value does not fit its vector, naming the column; or the stream is malformed.</exception>
    public int Read(DataChunk chunk)
    {
        if (!_headerRead)
        {
            ReadHeader();
        }

        for (var i = 0; i < _writers.Length; i++)
        {
            _writers[i] = chunk.Writer(_targets[i]);
        }

        var row = 0;
        while (row < DataChunk.MaximumCount && !_ended)
        {
            if (ReadRow(row))
            {
                row++;
            }
        }

        chunk.Count = row;
        Rows += row;
        return row;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void ReadHeader()
    {
        var header = Take(CopyFormat.Signature.Length + 8);
        if (!header.StartsWith(CopyFormat.Signature))
        {
            throw new HotException(HotErrorKind.Protocol, "What came is not a binary COPY: it does not start with its signature.");
        }

        var extension = BinaryPrimitives.ReadInt32BigEndian(header[(CopyFormat.Signature.Length + 4)..]);
        Take(extension);
        _headerRead = true;
    }

    private bool ReadRow(int row)
    {
        var fields = BinaryPrimitives.ReadInt16BigEndian(Take(2));
        if (fields == -1)
        {
            _ended = true;
            // The server's end of the exchange follows the trailer; without reading it, the connection stays busy.
            while (Fill() > 0)
            {
                _start = _end;
            }

            return false;
        }

        if (fields != _decoders.Length)
        {
            throw new HotException(HotErrorKind.Protocol, $"A row of {fields} columns came in a binary COPY of {_decoders.Length}.");
        }

        for (var i = 0; i < _decoders.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(Take(4));
            if (length < 0)
            {
                _writers[i].SetNull(row);
                continue;
            }

            var value = Take(length);
            try
            {
                _decoders[i].Decode(ref _writers[i], row, value);
            }
            catch (HotException error) when (error.Kind == HotErrorKind.Value)
            {
                throw new HotException(
                    HotErrorKind.Value, $"Column '{_columns[i].Name}' of type {_columns[i].Type.Name}, row {Rows + row + 1} of what was read: {error.Message}.", error);
            }
        }

        return true;
    }

    /// <summary>The next bytes, valid until the next call.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        if (_end - _start < length)
        {
            MakeRoom(length);
            while (_end - _start < length)
            {
                if (Fill() == 0)
                {
                    throw new HotException(HotErrorKind.Protocol, "A binary COPY ended in the middle of a row.");
                }
            }
        }

        var taken = _buffer.AsSpan(_start, length);
        _start += length;
        return taken;
    }

    private int Fill()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        var read = _stream.Read(_buffer.AsSpan(_end));
        _end += read;
        Bytes += read;
        return read;
    }

    private void MakeRoom(int length)
    {
        var kept = _end - _start;
        if (length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length);
            _buffer.AsSpan(_start, kept).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else if (_buffer.Length - _start < length)
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }
        else
        {
            return;
        }

        _start = 0;
        _end = kept;
    }
}
