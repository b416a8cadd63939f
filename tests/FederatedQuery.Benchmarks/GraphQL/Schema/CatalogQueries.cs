using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Benchmarks.GraphQL.Schema;

/// <summary>The same schema and the same answers as <c>node/schema.js</c>, from memory.</summary>
[QueryType]
public sealed class CatalogQueries
{
    private static readonly List<Item> AllItems =
        [.. Enumerable.Range(0, 1000).Select(i => new Item(i, $"Item number {i}", i * 1.25, i % 2 == 0, $"category {i % 7}", i * 3))];

    private static readonly IReadOnlyList<Node> Tree = Nodes(3)!;

    public string Hello => "Hello, world!";

    public IReadOnlyList<Item> Items(int n = 50) => AllItems.GetRange(0, n);

    public IReadOnlyList<Node> Nested => Tree;

    private static IReadOnlyList<Node>? Nodes(int depth) =>
        depth == 0 ? null : [.. Enumerable.Range(0, 10).Select(i => new Node(i, $"Node {i}", Nodes(depth - 1)))];
}
