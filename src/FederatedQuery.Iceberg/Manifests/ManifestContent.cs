namespace FederatedQuery.Iceberg.Manifests;

/// <summary>Which files a manifest tracks (spec: Manifest Lists, 517).</summary>
public enum ManifestContent
{
    Data = 0,
    Deletes = 1,
}
