using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>A manifest as a manifest list names it (spec: manifest_file). A count that is null is not known and must be taken for non-zero.</summary>
public sealed record ManifestFile
{
    public required string ManifestPath { get; init; }

    public required long ManifestLength { get; init; }

    public required int PartitionSpecId { get; init; }

    public ManifestContent Content { get; init; }

    /// <summary>When the manifest was added to the table; 0 in v1.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>The lowest data sequence number of its live files; 0 in v1.</summary>
    public long MinSequenceNumber { get; init; }

    public required long AddedSnapshotId { get; init; }

    public int? AddedFilesCount { get; init; }

    public int? ExistingFilesCount { get; init; }

    public int? DeletedFilesCount { get; init; }

    public long? AddedRowsCount { get; init; }

    public long? ExistingRowsCount { get; init; }

    public long? DeletedRowsCount { get; init; }

    /// <summary>One for each field of the partition spec; null when not known.</summary>
    public ImmutableArray<PartitionFieldSummary>? Partitions { get; init; }

    public ReadOnlyMemory<byte>? KeyMetadata { get; init; }

    /// <summary>v3: where the row ids of its added files begin.</summary>
    public long? FirstRowId { get; init; }

    /// <summary>False only when the counts say that no file in it is part of the table.</summary>
    public bool MayHaveLiveFiles => AddedFilesCount is null or > 0 || ExistingFilesCount is null or > 0;
}
