using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy.Decoding;

namespace FederatedQuery.Hot.Copy;

/// <summary>
/// Decodes the stream of <c>COPY (SELECT ...) TO STDOUT (FORMAT binary)</c> into DuckDB chunks. Not thread-safe. The stream is the caller's.
/// </summary>
public sealed class CopyBinaryReader : IDisposable
{
    private readonly CopyInput _input;
    private readonly IReadOnlyList<CopyColumn> _columns;
    private readonly int[] _targets;
    private readonly ValueDecoder[] _decoders;
    private readonly DuckDBVectorWriter[] _writers;

    /// <param name="stream">From its first byte on.</param>
    /// <param name="columns">The columns of the SELECT, in its order.</param>
    /// <param name="targets">For each column, the chunk's column that it goes to; null: in order.</param>
    public CopyBinaryReader(Stream stream, IReadOnlyList<CopyColumn> columns, IReadOnlyList<int>? targets = null)
    {
        _input = new CopyInput(stream);
        _columns = columns;
        _targets = [.. targets ?? Enumerable.Range(0, columns.Count)];
        _decoders = [.. columns.Select(column => ValueDecoder.For(column.Type, column.VectorType))];
        _writers = new DuckDBVectorWriter[columns.Count];
    }

    public long Rows { get; private set; }

    /// <summary>Bytes of the COPY format, headers included.</summary>
    public long Bytes => _input.Bytes;

    /// <summary>Fills an empty chunk and sets its count.</summary>
    /// <returns>The rows read; 0 at the end of the stream.</returns>
    /// <exception cref="HotException">A value does not fit its vector, naming the column; or the stream is malformed.</exception>
    public int Read(DataChunk chunk)
    {
        for (var i = 0; i < _writers.Length; i++)
        {
            _writers[i] = chunk.Writer(_targets[i]);
        }

        var row = 0;
        while (row < DataChunk.MaximumCount && _input.TryBeginRow(_decoders.Length))
        {
            ReadRow(row);
            row++;
        }

        chunk.Count = row;
        Rows += row;
        return row;
    }

    public void Dispose() => _input.Dispose();

    private void ReadRow(int row)
    {
        for (var i = 0; i < _decoders.Length; i++)
        {
            var length = _input.TakeLength();
            if (length < 0)
            {
                _writers[i].SetNull(row);
                continue;
            }

            var value = _input.Take(length);
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
    }
}
