namespace FederatedQuery.GraphQL.Execution;

/// <summary>A response path as a chain towards the root: shared by all fields below.</summary>
internal sealed class PathNode(PathNode? parent, string? key, int index)
{
    public PathNode? Parent { get; } = parent;

    /// <summary>Null in front of an index.</summary>
    public string? Key { get; } = key;

    public int Index { get; } = index;

    public IReadOnlyList<object> ToList()
    {
        var segments = new List<object>();
        for (var node = this; node is not null; node = node.Parent)
        {
            segments.Add(node.Key is { } name ? name : node.Index);
        }

        segments.Reverse();
        return segments;
    }
}
