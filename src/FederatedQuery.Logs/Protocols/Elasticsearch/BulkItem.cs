namespace FederatedQuery.Logs.Protocols.Elasticsearch;

/// <summary>What an item of a bulk request asks for.</summary>
public enum BulkAction
{
    Create,
    Index,
    Update,
    Delete,
}

/// <summary>An item of a bulk request, read.</summary>
/// <param name="Index">The index it names, as a JSON string with its quotes.</param>
/// <param name="Id">The id it names, in the same way; null: it leaves it to the server.</param>
/// <param name="Reason">Of an item to create or index: why its document is rejected; null: it is not.</param>
public readonly record struct BulkItem(BulkAction Action, byte[] Index, byte[]? Id, string? Reason);
