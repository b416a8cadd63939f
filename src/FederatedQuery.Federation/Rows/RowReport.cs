using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Rows;

/// <summary>What a read of rows did.</summary>
/// <param name="DataSource">The tiers that were asked.</param>
/// <param name="ExecutionTime">Planning included; opening the session is not.</param>
/// <param name="Query">Tier by tier.</param>
public sealed record RowReport(DataSource DataSource, TimeSpan ExecutionTime, QueryReport Query);
