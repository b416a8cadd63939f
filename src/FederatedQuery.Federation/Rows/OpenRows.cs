using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Rows;

/// <summary>A running statement with the files and the connection that it reads; disposing of it early stops it.</summary>
internal sealed class OpenRows(DuckDBResult result, OpenScans? files, List<IDisposable> held) : IDisposable
{
    public IReadOnlyList<DuckDBColumn> Columns => result.Columns;

    /// <inheritdoc cref="DuckDBResult.ReadChunk"/>
    public DataChunk? ReadChunk() => result.ReadChunk();

    /// <inheritdoc cref="DuckDBResult.ReadChunkAsync"/>
    public Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken) => result.ReadChunkAsync(cancellationToken);

    /// <summary>Whether a damaged file was behind a failure; it is dropped by now and comes anew.</summary>
    public async Task<bool> MayDoBetterAsync(Exception error, CancellationToken cancellationToken) =>
        files is not null && error is DuckDBException failure && StatementRunner.MayBeOfAFile(failure) && await files.Files.DropBrokenAsync(cancellationToken);

    public void Dispose()
    {
        result.Dispose();
        Release(held);
    }

    /// <summary>The last one first.</summary>
    internal static void Release(List<IDisposable> held)
    {
        for (var i = held.Count - 1; i >= 0; i--)
        {
            held[i].Dispose();
        }

        held.Clear();
    }
}
