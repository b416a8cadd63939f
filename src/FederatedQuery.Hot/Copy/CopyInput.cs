using System.Buffers;
using System.Buffers.Binary;

namespace FederatedQuery.Hot.Copy;

/// <summary>The bytes of a binary COPY, taken piece by piece. Not thread-safe. The stream is the caller's.</summary>
internal sealed class CopyInput(Stream stream) : IDisposable
{
    /// <summary>PostgreSQL sends a row per message and Npgsql gives a message per read; a larger buffer only holds larger rows.</summary>
    private const int InitialBufferLength = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBufferLength);
    private int _start;
    private int _end;
    private bool _headerRead;
    private bool _ended;

    /// <summary>Bytes of the COPY format, headers included.</summary>
    public long Bytes { get; private set; }

    /// <summary>Goes to the next row, whose fields must then be taken one by one: a length by <see cref="TakeLength"/>, and that many bytes by <see cref="Take"/>.</summary>
    /// <returns>False at the end.</returns>
    public bool TryBeginRow(int columns)
    {
        if (_ended)
        {
            return false;
        }

        if (!_headerRead)
        {
            ReadHeader();
        }

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

        return fields == columns
            ? true
            : throw new HotException(HotErrorKind.Protocol, $"A row of {fields} columns came in a binary COPY of {columns}.");
    }

    /// <summary>The length of the next field; negative: it is null.</summary>
    public int TakeLength() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    /// <summary>The next bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int length)
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

    private int Fill()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        var read = stream.Read(_buffer.AsSpan(_end));
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
