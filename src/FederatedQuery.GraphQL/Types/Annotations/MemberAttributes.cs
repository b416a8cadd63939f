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

/// <summary>The type in GraphQL's notation, such as <c>LocalDateTime!</c>, instead of the one made from the C# type.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class GraphQLTypeAttribute(string type) : Attribute
{
    public string Type { get; } = type;
}

/// <summary>The named type becomes <c>ID</c>, wrappers as the C# type has them.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class IDAttribute : Attribute;

/// <summary>The parameter is taken from the request's services. Types known to the service container need no attribute.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>The parameter is the object that the field belongs to.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;
