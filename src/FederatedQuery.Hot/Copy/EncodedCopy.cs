using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Copy;

/// <summary>
/// Sends rows that are encoded already (<see cref="EncodedRows"/>) by <c>COPY ... FROM STDIN (FORMAT binary)</c>. Rows are there only after
/// <see cref="CompleteAsync"/>; disposing of a copy that was not completed sends none. Not thread-safe; the connection is busy until then.
/// </summary>
public sealed class EncodedCopy : IAsyncDisposable
{
    /// <summary>Signature, no flags, no extension.</summary>
    private static readonly ReadOnlyMemory<byte> Header = (byte[])[.. CopyFormat.Signature, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A row of -1 columns.</summary>
    private static readonly ReadOnlyMemory<byte> Trailer = new byte[] { 0xFF, 0xFF };

    private readonly NpgsqlRawCopyStream _stream;
    private bool _completed;

    private EncodedCopy(NpgsqlRawCopyStream stream)
    {
        _stream = stream;
    }

    /// <summary>Begins a COPY into these columns of a table, in the connection's transaction if it has one.</summary>
    /// <param name="columns">In the order of the rows' values.</param>
    public static async Task<EncodedCopy> BeginAsync(
        NpgsqlConnection connection, TableName table, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select(SqlIdentifier.Quote));
        var stream = await connection.BeginRawBinaryCopyAsync($"COPY {table.ToSql()} ({names}) FROM STDIN (FORMAT binary)", cancellationToken);
        await stream.WriteAsync(Header, cancellationToken);
        return new EncodedCopy(stream);
    }

    /// <param name="rows">Whole rows.</param>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> rows, CancellationToken cancellationToken) => _stream.WriteAsync(rows, cancellationToken);

    /// <summary>Ends the COPY and waits for the server to have taken all.</summary>
    /// <exception cref="PostgresException">The server refuses a row.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Trailer, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        _completed = true;
        await _stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_completed)
        {
            _completed = true;
            await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
    }
}
