using FederatedQuery.Iceberg.Locations;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Files;

/// <summary>A data or delete file that a query is going to read.</summary>
/// <param name="Location">Where it lies, as <see cref="TableLocations.Resolve"/> found it.</param>
/// <param name="Length">Its bytes, by the manifest.</param>
public sealed record DataFileRequest(ObjectLocation Location, long Length)
{
    /// <summary>The part of a Parquet file that is going to be read; null: all of it, whatever its format.</summary>
    public ColumnSelection? Columns { get; init; }

    /// <summary>The most bytes of it that are going to be read, as far as the manifest tells; null: <see cref="Length"/>.</summary>
    public long? NeededBytes { get; init; }
}
