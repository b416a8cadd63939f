using FederatedQuery.Gateway.Typed.Rows;

namespace FederatedQuery.Gateway.Typed.Mutations;

/// <summary>What a change of rows gives.</summary>
/// <param name="Returning">Empty where it was not selected.</param>
internal sealed record RowMutationResult(int AffectedRows, IReadOnlyList<RowNode> Returning);
