using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>A data or delete file with its metrics, as a manifest lists it (spec: Data File Fields).</summary>
public sealed record DataFile
{
    /// <summary>The format name of <see cref="FileFormat"/> for Parquet.</summary>
    public const string Parquet = "parquet";

    /// <summary>The format name of <see cref="FileFormat"/> for Puffin.</summary>
    public const string Puffin = "puffin";

    public FileContent Content { get; init; }

    /// <summary>The location, exactly as written.</summary>
    public required string FilePath { get; init; }

    /// <summary><c>parquet</c>, <c>avro</c>, <c>orc</c> or <c>puffin</c>, in lower case whatever the case in the manifest.</summary>
    public required string FileFormat { get; init; }

    /// <summary>The partition spec of the manifest that lists the file.</summary>
    public required int SpecId { get; init; }

    public required PartitionData Partition { get; init; }

    /// <summary>Rows in the file, deleted ones included; for a deletion vector the number of positions.</summary>
    public required long RecordCount { get; init; }

    public required long FileSizeInBytes { get; init; }

    /// <summary>Bytes on disk by field id. Null, as for all metrics: not known.</summary>
    public FieldIdMap<long>? ColumnSizes { get; init; }

    /// <summary>Values by field id, nulls and NaNs included.</summary>
    public FieldIdMap<long>? ValueCounts { get; init; }

    public FieldIdMap<long>? NullValueCounts { get; init; }

    public FieldIdMap<long>? NaNValueCounts { get; init; }

    /// <summary>Single-value serialized (spec: Appendix D); may be cut short for text and bytes.</summary>
    public FieldIdMap<ReadOnlyMemory<byte>>? LowerBounds { get; init; }

    /// <inheritdoc cref="LowerBounds"/>
    public FieldIdMap<ReadOnlyMemory<byte>>? UpperBounds { get; init; }

    public ReadOnlyMemory<byte>? KeyMetadata { get; init; }

    /// <summary>Ascending offsets where the file may be split, such as its row groups; empty when not known.</summary>
    public ImmutableArray<long> SplitOffsets { get; init; } = [];

    /// <summary>Field ids that rows are compared by; empty but for equality deletes.</summary>
    public ImmutableArray<int> EqualityIds { get; init; } = [];

    public int? SortOrderId { get; init; }

    /// <summary>v3: the row id of the first row, inherited where the manifest leaves it out.</summary>
    public long? FirstRowId { get; init; }

    /// <summary>The one data file that a position delete file or deletion vector is about.</summary>
    public string? ReferencedDataFile { get; init; }

    /// <summary>Where a deletion vector begins in its Puffin file.</summary>
    public long? ContentOffset { get; init; }

    public long? ContentSizeInBytes { get; init; }

    public bool IsDeletionVector => Content == FileContent.PositionDeletes && ContentOffset is not null;

    /// <summary>The metrics as the evaluators take them.</summary>
    public FileMetrics Metrics => new()
    {
        RecordCount = RecordCount,
        ValueCounts = ValueCounts,
        NullValueCounts = NullValueCounts,
        NaNValueCounts = NaNValueCounts,
        LowerBounds = LowerBounds,
        UpperBounds = UpperBounds,
    };

    public override string ToString() => $"{FilePath} ({Content}, {RecordCount} records, {FileSizeInBytes} bytes)";

    /// <summary>Identity: a location is listed once in a snapshot. A deletion vector shares its file with others.</summary>
    public bool Equals(DataFile? other) =>
        other is not null && FilePath == other.FilePath && Content == other.Content && ContentOffset == other.ContentOffset;

    public override int GetHashCode() => HashCode.Combine(FilePath, Content, ContentOffset);
}
