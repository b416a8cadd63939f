namespace FederatedQuery.GraphQL.Validation.Limits;

/// <summary>What a selection set comes to, all below it included. Sums stop at <see cref="int.MaxValue"/>: fragments double them at every level.</summary>
internal readonly record struct SelectionSize(int Depth, int Breadth, int Fields, int Aliases, int Directives)
{
    /// <summary>With a field that nests <paramref name="below"/>.</summary>
    public SelectionSize WithField(bool hasAlias, int directives, SelectionSize below, bool countsDepthBelow) => new(
        Math.Max(Depth, 1 + (countsDepthBelow ? below.Depth : 0)),
        Math.Max(Breadth, below.Breadth),
        Add(Fields, 1, below.Fields),
        Add(Aliases, hasAlias ? 1 : 0, below.Aliases),
        Add(Directives, directives, below.Directives));

    public SelectionSize WithDirectives(int count) => this with { Directives = Add(Directives, count, 0) };

    private static int Add(int left, int one, int below) => (int)Math.Min((long)left + one + below, int.MaxValue);
}
