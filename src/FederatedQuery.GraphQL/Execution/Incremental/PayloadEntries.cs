using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>An entry of <c>pending</c>.</summary>
internal sealed record PendingEntry(string Id, IReadOnlyList<object> Path, string? Label);

/// <summary>An entry of <c>incremental</c>.</summary>
/// <param name="Id">Of the fragment or stream.</param>
/// <param name="Path">To the object, or to the first of the items.</param>
/// <param name="PathLength">How much of the path the client knows from the id.</param>
/// <param name="Label">Of the fragment or stream.</param>
/// <param name="IsItems">Items of a stream; else one object's fields.</param>
/// <param name="Results">The items, or one object.</param>
internal sealed record IncrementalEntry(string Id, IReadOnlyList<object> Path, int PathLength, string? Label, bool IsItems, IReadOnlyList<PartialResult> Results);

/// <summary>An entry of <c>completed</c>.</summary>
/// <param name="Id">Of the fragment or stream.</param>
/// <param name="Errors">Why it failed, or null.</param>
/// <param name="Path">To the fragment's object, or to the list.</param>
/// <param name="Label">Of the fragment or stream.</param>
/// <param name="NextIndex">Of a stream: where the item that never came would be.</param>
internal sealed record CompletedEntry(string Id, IReadOnlyList<GraphQLError>? Errors, IReadOnlyList<object> Path, string? Label, int? NextIndex);
