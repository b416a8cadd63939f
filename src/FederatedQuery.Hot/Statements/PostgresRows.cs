using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Copy;
using Npgsql;

namespace FederatedQuery.Hot.Statements;

/// <summary>The rows of a raw statement, read chunk by chunk from one connection. Dispose of it to end the statement.</summary>
public sealed class PostgresRows : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlRawCopyStream _stream;
    private readonly CopyBinaryReader _reader;
    private readonly DuckDBLogicalType[] _types;
    private bool _ended;

    internal PostgresRows(NpgsqlConnection connection, NpgsqlRawCopyStream stream, IReadOnlyList<StatementColumn> columns, string sql)
    {
        _connection = connection;
        _stream = stream;
        _reader = new CopyBinaryReader(stream, [.. columns.Select(column => column.Copy)]);
        _types = [.. columns.Select(column => column.Copy.VectorType)];
        Columns = [.. columns.Select(column => (column.Name, column.TypeName, column.Copy.VectorType))];
        Sql = sql;
    }

    /// <summary>Names as the statement gives them (they may repeat), PostgreSQL's types, and what the chunks hold.</summary>
    public IReadOnlyList<(string Name, string TypeName, DuckDBLogicalType Type)> Columns { get; }

    /// <summary>The statement as PostgreSQL got it.</summary>
    public string Sql { get; }

    public long Rows => _reader.Rows;

    public long Bytes => _reader.Bytes;

    /// <summary>The next rows, at least one, the caller's to dispose of; null after the last.</summary>
    public async Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return null;
        }

        var chunk = DataChunk.Create(_types);
        try
        {
            // The decoder reads synchronously, which is what Npgsql does fastest; a cancelled request cancels the statement.
            await using var cancelled = cancellationToken.Register(_stream.Cancel);
            if (await Task.Run(() => _reader.Read(chunk), CancellationToken.None) > 0)
            {
                return chunk;
            }

            _ended = true;
            chunk.Dispose();
            return null;
        }
        catch (Exception error)
        {
            chunk.Dispose();
            _ended = true;
            throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(error.Message, error, cancellationToken) : error;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        if (!_ended)
        {
            await _stream.CancelAsync();
        }

        try
        {
            await _stream.DisposeAsync();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // The answer to the cancellation above.
        }

        await _connection.DisposeAsync();
    }
}
