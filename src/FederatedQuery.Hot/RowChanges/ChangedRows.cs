using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.RowChanges;

/// <summary>Rows that were changed.</summary>
/// <param name="Count">How many.</param>
/// <param name="Chunks">What was asked of them, the receiver's to dispose of; empty when nothing was asked.</param>
public sealed record ChangedRows(long Count, IReadOnlyList<DataChunk> Chunks) : IDisposable
{
    public void Dispose()
    {
        foreach (var chunk in Chunks)
        {
            chunk.Dispose();
        }
    }
}
