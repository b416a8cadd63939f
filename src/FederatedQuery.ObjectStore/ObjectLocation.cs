namespace FederatedQuery.ObjectStore;

/// <summary>An object by store and key: what a location such as <c>s3://bucket/a/b.parquet</c> resolves to.</summary>
public readonly record struct ObjectLocation(IObjectStore Store, string Key)
{
    /// <inheritdoc cref="IObjectStore.TryGetLocalPath"/>
    public string? TryGetLocalPath() => Store.TryGetLocalPath(Key);

    public override string ToString() => $"{Store.Name}/{Key}";
}
