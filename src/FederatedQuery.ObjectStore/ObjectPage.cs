namespace FederatedQuery.ObjectStore;

/// <summary>One page of a listing, ascending by key. The token, opaque, is null on the last page.</summary>
public sealed record ObjectPage(IReadOnlyList<ObjectProperties> Objects, string? ContinuationToken);
