namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>What came of putting load on a server for a while.</summary>
/// <param name="Requests">Answered.</param>
/// <param name="Elapsed">Wall-clock time.</param>
/// <param name="Median">Half of the answers came within this time.</param>
/// <param name="P99">All but one in a hundred came within this time.</param>
internal sealed record Load(long Requests, TimeSpan Elapsed, TimeSpan Median, TimeSpan P99);
