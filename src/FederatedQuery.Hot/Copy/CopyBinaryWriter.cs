using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy.Encoding;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Copy;

/// <summary>
/// Sends DuckDB chunks by <c>COPY ... FROM STDIN (FORMAT binary)</c>. Rows are there only after <see cref="CompleteAsync"/>; disposing of a
/// writer that was not completed sends none. Not thread-safe; the connection is busy until then.
/// </summary>
public sealed class CopyBinaryWriter : IAsyncDisposable
{
    private readonly NpgsqlRawCopyStream _stream;
    private readonly IReadOnlyList<CopyColumn> _columns;
    private readonly ValueEncoder[] _encoders;
    private readonly CopyBuffer _buffer = new();
    private bool _completed;

    private CopyBinaryWriter(NpgsqlRawCopyStream stream, IReadOnlyList<CopyColumn> columns, ValueEncoder[] encoders)
    {
        _stream = stream;
        _columns = columns;
        _encoders = encoders;
        _buffer.Bytes(CopyFormat.Signature);
        _buffer.Int32(0);
        _buffer.Int32(0);
    }

    public long Rows { get; private set; }

    /// <summary>Begins a COPY into these columns of a table, in the connection's transaction if it has one.</summary>
    /// <param name="columns">In the order of the chunks' columns.</param>
    /// <exception cref="HotException">A vector's type cannot be written as its column's.</exception>
    public static async Task<CopyBinaryWriter> BeginAsync(
        NpgsqlConnection connection, TableName table, IReadOnlyList<CopyColumn> columns, CancellationToken cancellationToken)
    {
        ValueEncoder[] encoders = [.. columns.Select(column => ValueEncoder.For(column.VectorType, column.Type))];
        var names = string.Join(", ", columns.Select(column => SqlIdentifier.Quote(column.Name)));
        var stream = await connection.BeginRawBinaryCopyAsync($"COPY {table.ToSql()} ({names}) FROM STDIN (FORMAT binary)", cancellationToken);
        return new CopyBinaryWriter(stream, columns, encoders);
    }

    /// <summary>Sends the chunk's rows.</summary>
    /// <exception cref="HotException">A value does not fit its column, naming the column. Nothing of this COPY can be completed then.</exception>
    public async Task WriteAsync(DataChunk chunk, CancellationToken cancellationToken)
    {
        Encode(chunk);
        await _stream.WriteAsync(_buffer.Written, cancellationToken);
        _buffer.Clear();
    }

    /// <summary>Ends the COPY and waits for the server to have taken all.</summary>
    /// <returns>The rows sent.</returns>
    public async Task<long> CompleteAsync(CancellationToken cancellationToken)
    {
        _buffer.Int16(-1);
        await _stream.WriteAsync(_buffer.Written, cancellationToken);
        _buffer.Clear();
        await _stream.FlushAsync(cancellationToken);
        _completed = true;
        await _stream.DisposeAsync();
        return Rows;
    }

    public async ValueTask DisposeAsync()
    {
        _buffer.Dispose();
        if (!_completed)
        {
            _completed = true;
            await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
    }

    private void Encode(DataChunk chunk)
    {
        if (chunk.ColumnCount != _encoders.Length)
        {
            throw new ArgumentException($"The chunk has {chunk.ColumnCount} columns, the COPY {_encoders.Length}.", nameof(chunk));
        }

        var count = chunk.Count;
        var vectors = new DuckDBVector[_encoders.Length];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = chunk[i];
        }

        for (var row = 0; row < count; row++)
        {
            _buffer.Int16((short)vectors.Length);
            for (var i = 0; i < vectors.Length; i++)
            {
                if (!vectors[i].IsValid(row))
                {
                    _buffer.Int32(-1);
                    continue;
                }

                try
                {
                    _encoders[i].Encode(in vectors[i], row, _buffer);
                }
                catch (HotException error) when (error.Kind == HotErrorKind.Value)
                {
                    throw new HotException(
                        HotErrorKind.Value, $"Column '{_columns[i].Name}' of type {_columns[i].Type.Name}, row {Rows + row + 1} of what was written: {error.Message}.", error);
                }
            }
        }

        Rows += count;
    }
}
