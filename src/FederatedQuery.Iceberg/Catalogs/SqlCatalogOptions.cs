using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>Which catalog of a database, and where its tables go.</summary>
public sealed record SqlCatalogOptions
{
    /// <summary>The column <c>catalog_name</c>: several catalogs may share the two tables. Other engines must be configured with the same name.</summary>
    public required string CatalogName { get; init; }

    /// <summary>The location below which tables without a location of their own are created, such as <c>s3://bucket/warehouse</c>.</summary>
    public required string Warehouse { get; init; }

    /// <summary>
    /// Opens, for reading, what the location map of a registered table leads to outside of the registered stores, and no more than that; null where it
    /// cannot be opened. Only files of that table are read through it.
    /// </summary>
    public Func<string, ObjectStoreRegistry.Root?> OpenElsewhere { get; init; } = static _ => null;

    /// <summary>The PostgreSQL schema of the catalog's tables. Other engines look in their search path, which begins with <c>public</c>.</summary>
    public string DatabaseSchema { get; init; } = "public";
}
