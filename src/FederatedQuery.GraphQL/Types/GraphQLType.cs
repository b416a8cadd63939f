namespace FederatedQuery.GraphQL.Types;

/// <summary>A named type, or a list or non-null wrapper of one (spec section 3.4).</summary>
public abstract class GraphQLType
{
    /// <summary>The type under all wrappers.</summary>
    public abstract NamedType Named { get; }

    public bool IsNonNull => this is NonNullType;

    /// <summary>The type without its outermost non-null wrapper.</summary>
    public GraphQLType NullableType => this is NonNullType nonNull ? nonNull.OfType : this;

    /// <summary>May stand for an argument, an input field, a variable.</summary>
    public bool IsInputType => Named is ScalarType or EnumType or InputObjectType;

    /// <summary>May stand for a field.</summary>
    public bool IsOutputType => Named is not InputObjectType;

    /// <summary>Scalar or enum, wrapped or not.</summary>
    public bool IsLeaf => Named is ScalarType or EnumType;

    public bool IsComposite => Named is CompositeType;

    /// <summary>Same type, wrappers included. Named types are equal only when they are the same object.</summary>
    public static bool AreEqual(GraphQLType left, GraphQLType right) => (left, right) switch
    {
        (NonNullType a, NonNullType b) => AreEqual(a.OfType, b.OfType),
        (ListType a, ListType b) => AreEqual(a.OfType, b.OfType),
        _ => ReferenceEquals(left, right),
    };
}

public sealed class ListType(GraphQLType ofType) : GraphQLType
{
    public GraphQLType OfType { get; } = ofType;

    public override NamedType Named => OfType.Named;

    public override string ToString() => $"[{OfType}]";
}

public sealed class NonNullType(GraphQLType ofType) : GraphQLType
{
    /// <summary>A named or list type.</summary>
    public GraphQLType OfType { get; } = ofType is NonNullType ? throw new ArgumentException("A non-null type does not wrap another.", nameof(ofType)) : ofType;

    public override NamedType Named => OfType.Named;

    public override string ToString() => $"{OfType}!";
}
