using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Rows;

/// <summary>How many rows there are.</summary>
/// <param name="DataSource">The tiers that were asked.</param>
/// <param name="Report">What that took.</param>
public sealed record RowCount(long Rows, DataSource DataSource, QueryReport Report);
