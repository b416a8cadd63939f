namespace FederatedQuery.Federation.Rows;

/// <summary>Which page of a query's rows.</summary>
public sealed record PageRequest
{
    /// <summary>The most rows; 1 or more.</summary>
    public required int Count { get; init; }

    /// <summary>A cursor of this query: only rows behind it; null: from the first.</summary>
    public string? After { get; init; }

    /// <summary>A cursor of this query: only rows before it; null: to the last.</summary>
    public string? Before { get; init; }

    /// <summary>True: the last <see cref="Count"/> of the rows between both cursors, still in the query's order; false: the first.</summary>
    public bool IsBackward { get; init; }
}
