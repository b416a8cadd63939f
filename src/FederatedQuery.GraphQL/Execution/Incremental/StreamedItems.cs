using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>Items taken from a stream.</summary>
/// <param name="FirstIndex">Where in the list they begin.</param>
/// <param name="Items">Those ready, in order.</param>
/// <param name="HasEnded">No more will come.</param>
/// <param name="Failure">Why the stream ended early, or null.</param>
internal sealed record StreamedItems(int FirstIndex, IReadOnlyList<PartialResult> Items, bool HasEnded, IReadOnlyList<GraphQLError>? Failure);
