using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>A table as a catalog has it at one moment.</summary>
public sealed record CatalogTable(TableIdentifier Identifier, string MetadataLocation, TableMetadata Metadata);
