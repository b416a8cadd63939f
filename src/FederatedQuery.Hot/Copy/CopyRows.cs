namespace FederatedQuery.Hot.Copy;

/// <summary>
/// The rows of <c>COPY (SELECT ...) TO STDOUT (FORMAT binary)</c> as PostgreSQL sends them, field by field, for those who know the columns' types
/// and want no chunks of them. Reads synchronously, as <see cref="CopyBinaryReader"/> does. Not thread-safe. The stream is the caller's.
/// </summary>
public sealed class CopyRows(Stream stream, int columns) : IDisposable
{
    private readonly CopyInput _input = new(stream);

    /// <summary>Goes to the next row; its <c>columns</c> fields must then all be read.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="HotException">The stream is malformed.</exception>
    public bool Read() => _input.TryBeginRow(columns);

    /// <summary>The next field of the row.</summary>
    /// <param name="value">In PostgreSQL's binary format, valid until the next call; empty when it is null.</param>
    /// <returns>False: it is null.</returns>
    public bool TryReadField(out ReadOnlySpan<byte> value)
    {
        var length = _input.TakeLength();
        value = length < 0 ? default : _input.Take(length);
        return length >= 0;
    }

    public void Dispose() => _input.Dispose();
}
