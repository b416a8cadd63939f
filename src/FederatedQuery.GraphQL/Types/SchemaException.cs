namespace FederatedQuery.GraphQL.Types;

/// <summary>A schema that breaks the type system's rules. All breaches are listed.</summary>
public sealed class SchemaException(IReadOnlyList<string> problems)
    : Exception("The GraphQL schema is not valid:" + string.Concat(problems.Select(problem => $"{Environment.NewLine}- {problem}")))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
