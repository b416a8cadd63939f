namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>What spans tell beside names and durations.</summary>
public sealed class InstrumentationOptions
{
    /// <summary>
    /// Whether spans have <c>graphql.document</c>: the document with every number and string replaced by <c>?</c>, variables never. Default
    /// false.
    /// </summary>
    public bool IncludeDocument { get; set; }

    /// <summary>Longest <c>graphql.document</c>, in characters; the rest is cut off. Default 4,096.</summary>
    public int MaxDocumentLength { get; set; } = 4096;

    /// <summary>
    /// Whether a span is named <c>query findSales</c> rather than <c>query</c>. Default false: clients choose operation names, and so many
    /// different span names as they like.
    /// </summary>
    public bool IncludeOperationNameInSpanName { get; set; }

    /// <summary>Resolvers that take at least this long get a span and count as slow; null for none. Default 500 ms.</summary>
    public TimeSpan? SlowFieldThreshold { get; set; } = TimeSpan.FromMilliseconds(500);
}
