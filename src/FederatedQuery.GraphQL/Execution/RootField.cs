using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>A field of the root that an operation asks for.</summary>
/// <param name="Operation">Which root.</param>
/// <param name="TypeName">That of the root type, such as <c>Query</c>.</param>
/// <param name="Definition">The field.</param>
public readonly record struct RootField(OperationType Operation, string TypeName, FieldDefinition Definition)
{
    /// <summary>Such as <c>Query.sales</c>.</summary>
    public string Coordinate => $"{TypeName}.{Definition.Name}";
}
