namespace FederatedQuery.Benchmarks.Comparing;

/// <summary>What an area has to tell: lines for the table of ratios, and tables of its own.</summary>
internal sealed record AreaReport(IReadOnlyList<Comparison> Lines, params IReadOnlyList<string> Tables);
