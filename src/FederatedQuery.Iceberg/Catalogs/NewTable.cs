using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>What a table is created from. Field ids of the schema are taken as they are.</summary>
public sealed record NewTable
{
    public required Schema Schema { get; init; }

    public PartitionSpec PartitionSpec { get; init; } = PartitionSpec.Unpartitioned;

    public SortOrder SortOrder { get; init; } = SortOrder.Unsorted;

    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>2 or 3.</summary>
    public int FormatVersion { get; init; } = 2;

    /// <summary>Null: a folder of its own in the catalog's warehouse.</summary>
    public string? Location { get; init; }
}
