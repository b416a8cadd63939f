using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Scan;

/// <summary>One data file to read, and what to do with its rows.</summary>
public sealed record ScanTask
{
    public required DataFile File { get; init; }

    /// <summary>The data sequence number.</summary>
    public required long SequenceNumber { get; init; }

    /// <summary>The sequence number of the snapshot that added the file; v3's <c>_last_updated_sequence_number</c> of its rows.</summary>
    public required long FileSequenceNumber { get; init; }

    public required PartitionSpec Spec { get; init; }

    /// <summary>All deletes to apply, oldest first: a deletion vector or position deletes, then equality deletes.</summary>
    public required ImmutableArray<DeleteFile> Deletes { get; init; }

    /// <summary>What is left of the filter for the rows of this file; true when every row satisfies it.</summary>
    public required BoundExpression Residual { get; init; }
}
