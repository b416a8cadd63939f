namespace FederatedQuery.Iceberg.Manifests;

/// <summary>What a file listed in a manifest holds (spec: Data File Fields, 134).</summary>
public enum FileContent
{
    Data = 0,

    /// <summary>Position deletes; also deletion vectors, which are position deletes in a Puffin file.</summary>
    PositionDeletes = 1,
    EqualityDeletes = 2,
}
