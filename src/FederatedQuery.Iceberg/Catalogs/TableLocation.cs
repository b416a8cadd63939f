using FederatedQuery.Iceberg.Locations;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>Where the current metadata of a table in a <see cref="SqlCatalog"/> is.</summary>
/// <param name="MetadataLocation">The metadata file.</param>
/// <param name="Map">Where the files of the table are that lie elsewhere than its metadata says.</param>
public sealed record TableLocation(string MetadataLocation, LocationMap Map);
