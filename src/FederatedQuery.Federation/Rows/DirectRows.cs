using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Scans;
using Npgsql;

namespace FederatedQuery.Federation.Rows;

/// <summary>Rows as PostgreSQL sends them. The next chunk is read while the caller is busy with the one before: two at most are in memory.</summary>
internal sealed class DirectRows : OpenRows
{
    private readonly HotRows _rows;
    private readonly List<IDisposable> _held;
    private readonly CancellationTokenSource _stop;
    private Task<DataChunk?> _next;

    /// <param name="rows">This one's from now on.</param>
    /// <param name="columns">Of the chunks.</param>
    /// <param name="held">Disposed of at the end, the last one first.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public DirectRows(HotRows rows, IReadOnlyList<DuckDBColumn> columns, List<IDisposable> held, CancellationToken cancellationToken)
    {
        (_rows, Columns, _held) = (rows, columns, held);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _next = Begin();
    }

    public override IReadOnlyList<DuckDBColumn> Columns { get; }

    public override async Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken)
    {
        var chunk = await _next.WaitAsync(cancellationToken);
        _next = chunk is null ? Task.FromResult<DataChunk?>(null) : Begin();
        return chunk;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            (await _next)?.Dispose();
        }
        catch (Exception error) when (error is OperationCanceledException or NpgsqlException)
        {
            // Given up, or told to the caller already.
        }
        finally
        {
            _rows.Dispose();
            Release(_held);
            _stop.Dispose();
        }
    }

    // Reading blocks.
    private Task<DataChunk?> Begin() => Task.Run(() => _rows.Read(_stop.Token), CancellationToken.None);
}
