namespace FederatedQuery.Cold.Parquet;

/// <summary>A row group: one chunk for each leaf of the schema, in its order.</summary>
internal sealed class ParquetRowGroup
{
    public required long RowCount { get; init; }

    public required ParquetColumnChunk[] Chunks { get; init; }

    /// <summary>The sorting columns by the number of their leaf, and how each is encoded.</summary>
    public required (int Leaf, Range Encoded)[] SortingColumns { get; init; }
}
