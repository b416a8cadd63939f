namespace FederatedQuery.ObjectStore;

/// <summary>What a store says of one version of an object. The ETag is opaque, without quotes, and differs for every version of a key. The answer to a write
/// tells the time of writing to within the difference of two clocks; reads and listings tell the store's.</summary>
public sealed record ObjectProperties(string Key, long Length, string ETag, DateTimeOffset LastModified);
