namespace FederatedQuery.GraphQL.Language.Syntax;

/// <summary>A type reference (spec section 2.11).</summary>
public abstract class TypeNode(int start) : SyntaxNode(start)
{
    /// <summary>The named type under all list and non-null wrappers.</summary>
    public NamedTypeNode NamedType => this switch
    {
        ListTypeNode list => list.Type.NamedType,
        NonNullTypeNode nonNull => nonNull.Type.NamedType,
        _ => (NamedTypeNode)this,
    };
}

public sealed class NamedTypeNode(int start, string name) : TypeNode(start)
{
    public string Name { get; } = name;
}

public sealed class ListTypeNode(int start, TypeNode type) : TypeNode(start)
{
    public TypeNode Type { get; } = type;
}

public sealed class NonNullTypeNode(int start, TypeNode type) : TypeNode(start)
{
    /// <summary>A named or a list type.</summary>
    public TypeNode Type { get; } = type;
}
