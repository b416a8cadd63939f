using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Hot.Scans;

namespace FederatedQuery.Federation.Rows;

/// <summary>Rows as PostgreSQL sends them.</summary>
/// <param name="rows">This one's from now on.</param>
/// <param name="columns">Of the chunks.</param>
/// <param name="held">Disposed of at the end, the last one first.</param>
internal sealed class DirectRows(HotRows rows, IReadOnlyList<DuckDBColumn> columns, List<IDisposable> held) : OpenRows
{
    public override IReadOnlyList<DuckDBColumn> Columns => columns;

    // Reading blocks.
    public override Task<DataChunk?> ReadChunkAsync(CancellationToken cancellationToken) => Task.Run(() => rows.Read(cancellationToken), CancellationToken.None);

    public override void Dispose()
    {
        rows.Dispose();
        Release(held);
    }
}
