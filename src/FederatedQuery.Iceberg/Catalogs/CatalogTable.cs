using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>A table as a catalog has it at one moment.</summary>
public sealed record CatalogTable(TableIdentifier Identifier, string MetadataLocation, TableMetadata Metadata)
{
    /// <summary>Where its files may lie; null: where the metadata says, below the table's own locations.</summary>
    public TableLocations? Locations { get; init; }

    /// <summary>Commits are sent as changes, from which the catalog writes the metadata file itself, as REST catalogs do.</summary>
    public bool CatalogWritesMetadata { get; init; }

    /// <summary>Registered from elsewhere with a location map: it is read, and never written to.</summary>
    public bool IsReadOnly => Locations is { Map.IsEmpty: false };

    /// <summary>Where commits write and delete its files; null: in the stores of whoever commits.</summary>
    internal ObjectStoreRegistry? Stores { get; init; }
}
