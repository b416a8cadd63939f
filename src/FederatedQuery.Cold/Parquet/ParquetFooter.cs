namespace FederatedQuery.Cold.Parquet;

/// <summary>
/// The metadata of a Parquet file, read as far as it takes to write the metadata of a file with fewer columns and row groups; the rest stays as
/// it is encoded. Immutable.
/// </summary>
internal sealed class ParquetFooter
{
    /// <summary>The encoded FileMetaData, without the length and magic behind it.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>The schema, depth first; the root is the first.</summary>
    public required ParquetSchemaElement[] Schema { get; init; }

    /// <summary>The fields of the top level.</summary>
    public required ParquetField[] Fields { get; init; }

    /// <summary>The elements that hold values, as numbers into <see cref="Schema"/>: the order of the chunks in each row group.</summary>
    public required int[] Leaves { get; init; }

    public required ParquetRowGroup[] RowGroups { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>The order of each leaf as it is encoded; null when the writer gave none, which leaves minima and maxima without meaning.</summary>
    public required Range[]? ColumnOrders { get; init; }

    /// <summary>Fields of FileMetaData that are copied as they are: version, key-value metadata, created by, and what later versions add.</summary>
    public required (short Id, ThriftType Type, Range Encoded)[] CopiedFields { get; init; }

    /// <summary>Why this file cannot be cut down although it is valid (an encrypted column, a chunk in another file); null when it can.</summary>
    public required string? Obstacle { get; init; }

    /// <summary>About how much memory this takes.</summary>
    public long MemoryBytes => Bytes.Length + (Schema.Length * 120L) + (RowGroups.Length * (64L + (Leaves.Length * 136L)));
}
