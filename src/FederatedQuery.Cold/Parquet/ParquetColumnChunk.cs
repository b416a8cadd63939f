namespace FederatedQuery.Cold.Parquet;

/// <summary>One column of one row group (Parquet: ColumnChunk and ColumnMetaData).</summary>
internal sealed class ParquetColumnChunk
{
    public required long ValueCount { get; init; }

    public required long CompressedBytes { get; init; }

    public required long UncompressedBytes { get; init; }

    /// <summary>Where its first page begins in the file: the dictionary, where there is one.</summary>
    public required long Start { get; init; }

    public required long? NullCount { get; init; }

    /// <summary>By the column's order, possibly cut short; null when not known. Lies in the footer's bytes.</summary>
    public required Range? Minimum { get; init; }

    /// <inheritdoc cref="Minimum"/>
    public required Range? Maximum { get; init; }

    /// <summary>The chunk as it is encoded, in the footer's bytes.</summary>
    public required Range Encoded { get; init; }

    public long End => Start + CompressedBytes;
}
