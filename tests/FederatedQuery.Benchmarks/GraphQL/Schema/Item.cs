namespace FederatedQuery.Benchmarks.GraphQL.Schema;

public sealed record Item(int Id, string Name, double Price, bool Active, string Category, int Stock);
