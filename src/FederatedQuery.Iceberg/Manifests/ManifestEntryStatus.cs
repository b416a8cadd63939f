namespace FederatedQuery.Iceberg.Manifests;

/// <summary>spec: Manifest Entry Fields, 0.</summary>
public enum ManifestEntryStatus
{
    Existing = 0,
    Added = 1,

    /// <summary>Informational: the file is no longer part of the table.</summary>
    Deleted = 2,
}
