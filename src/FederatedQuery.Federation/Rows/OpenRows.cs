using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Rows;

/// <summary>Rows that are being read; disposing of it early stops that.</summary>
internal abstract class OpenRows : IDisposable
{
    public abstract IReadOnlyList<DuckDBColumn> Columns { get; }

    /// <summary>The next rows, the caller's to dispose of; null after the last.</summary>
    public abstract Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken);

    /// <summary>Whether a damaged file was behind a failure; it is dropped by now and comes anew.</summary>
    public virtual Task<bool> MayDoBetterAsync(Exception error, CancellationToken cancellationToken) => Task.FromResult(false);

    public abstract void Dispose();

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

/// <summary>A running statement of DuckDB's with the files and the connection that it reads.</summary>
internal sealed class StatementRows(DuckDBResult result, OpenScans? files, List<IDisposable> held) : OpenRows
{
    public override IReadOnlyList<DuckDBColumn> Columns => result.Columns;

    /// <inheritdoc cref="DuckDBResult.ReadChunk"/>
    public DataChunk? ReadChunk() => result.ReadChunk();

    public override Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken) => result.ReadChunkAsync(cancellationToken);

    public override async Task<bool> MayDoBetterAsync(Exception error, CancellationToken cancellationToken) =>
        files is not null && error is DuckDBException failure && StatementRunner.MayBeOfAFile(failure) && await files.Files.DropBrokenAsync(cancellationToken);

    public override void Dispose()
    {
        result.Dispose();
        Release(held);
    }
}
