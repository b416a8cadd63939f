namespace FederatedQuery.ObjectStore;

/// <summary>What a store says of one version of an object. The ETag is opaque, without quotes, and differs for every version of a key.</summary>
public sealed record ObjectProperties(string Key, long Length, string ETag, DateTimeOffset LastModified);
