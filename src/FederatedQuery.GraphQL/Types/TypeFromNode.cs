using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Type references of a document as types of a schema.</summary>
internal static class TypeFromNode
{
    /// <summary>Null when the schema has no such type.</summary>
    public static GraphQLType? Find(Schema schema, TypeNode node) => node switch
    {
        NonNullTypeNode nonNull => Find(schema, nonNull.Type) is { } type ? new NonNullType(type) : null,
        ListTypeNode list => Find(schema, list.Type) is { } type ? new ListType(type) : null,
        NamedTypeNode named => schema.TryGetType(named.Name, out var type) ? type : null,
        _ => null,
    };
}
