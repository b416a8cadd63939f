namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>The name in GraphQL, instead of the one made from the C# name.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDescriptionAttribute(string description) : Attribute
{
    public string Description { get; } = description;
}

/// <summary>Deprecates a field, an argument, an input field or an enum value.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDeprecatedAttribute(string reason = SpecifiedDirectives.DefaultDeprecationReason) : Attribute
{
    public string Reason { get; } = reason;
}

/// <summary>Keeps a member out of the schema.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLIgnoreAttribute : Attribute;

/// <summary>The type, instead of the one made from the C# type.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public class GraphQLTypeAttribute : Attribute
{
    /// <param name="type">In GraphQL's notation, such as <c>LocalDateTime!</c>.</param>
    public GraphQLTypeAttribute(string type)
    {
        Type = type;
    }

    /// <param name="type">A class derived from <see cref="ScalarType"/>, or the C# type to use; nullability stays that of the member.</param>
    public GraphQLTypeAttribute(Type type)
    {
        ClrType = type;
    }

    /// <summary>Null when a C# type was given.</summary>
    public string? Type { get; }

    /// <summary>Null when GraphQL's notation was used.</summary>
    public Type? ClrType { get; }
}

/// <inheritdoc/>
public sealed class GraphQLTypeAttribute<T>() : GraphQLTypeAttribute(typeof(T));

/// <summary>The type is non-null, whatever C# says.</summary>
/// <param name="nullable">For lists: whether it is nullable at each level, the list first. Levels left out stay as in C#; none at all stands for a non-null first level.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class GraphQLNonNullTypeAttribute(params bool[] nullable) : Attribute
{
    public IReadOnlyList<bool> Nullable { get; } = nullable.Length == 0 ? [false] : nullable;
}

/// <summary>The default value in GraphQL's notation, such as <c>{ first: 10 }</c>, for those that C# cannot write as a constant.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class DefaultValueSyntaxAttribute(string literal) : Attribute
{
    public string Literal { get; } = literal;
}

/// <summary>The named type becomes <c>ID</c>, wrappers as the C# type has them.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class IDAttribute : Attribute;
