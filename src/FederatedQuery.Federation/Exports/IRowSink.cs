using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Exports;

/// <summary>Takes the rows of one result, chunk by chunk. Dispose of it whether it was completed or not.</summary>
public interface IRowSink : IAsyncDisposable
{
    /// <param name="chunk">At least one row; stays the caller's.</param>
    Task WriteAsync(DataChunk chunk, CancellationToken cancellationToken);

    /// <summary>After the last row: all of it is on its way.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>Opens what takes a result, once its columns are known and its first rows are there: failures before that can still be told in a header.</summary>
public delegate Task<IRowSink> OpenRowSink(IReadOnlyList<DuckDBColumn> columns, CancellationToken cancellationToken);
