using System.Collections.Immutable;
using FederatedQuery.Cold.Parquet;

namespace FederatedQuery.Cold.Scanning.Schemas;

/// <summary>
/// A field of a data file, in the form in which DuckDB reads it: the groups that Parquet puts around the elements of lists and the entries of maps
/// are gone.
/// </summary>
internal sealed record FileField
{
    public required string Name { get; init; }

    /// <summary>Null where the writer gave none.</summary>
    public required int? FieldId { get; init; }

    public required FileFieldKind Kind { get; init; }

    /// <summary>Fields of a struct; the element of a list; key and value of a map; empty for a leaf.</summary>
    public ImmutableArray<FileField> Children { get; init; } = [];

    /// <summary>How a leaf is stored; null for the others.</summary>
    public ParquetPhysicalType? PhysicalType { get; init; }

    /// <summary>A leaf of bytes that the file says are UTF-8, which DuckDB then reads as VARCHAR and not as BLOB.</summary>
    public bool IsText { get; init; }

    /// <summary>A leaf that the file says is a decimal.</summary>
    public bool IsDecimal { get; init; }

    public bool HasFieldIdWithin => FieldId is not null || Children.Any(child => child.HasFieldIdWithin);
}

internal enum FileFieldKind
{
    Leaf,
    Struct,
    List,
    Map,
}
