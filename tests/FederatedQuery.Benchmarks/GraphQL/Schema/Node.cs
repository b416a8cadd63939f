namespace FederatedQuery.Benchmarks.GraphQL.Schema;

public sealed record Node(int Id, string Name, IReadOnlyList<Node>? Children);
