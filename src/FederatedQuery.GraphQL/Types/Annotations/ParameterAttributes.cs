namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>The parameter is an argument even when its type is known to the service container.</summary>
/// <param name="name">Its name; null leaves that to the parameter.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ArgumentAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

/// <summary>
/// The parameter is taken from the request's services. Types known to the service container need no attribute. A nullable parameter is null
/// when there is no such service.
/// </summary>
/// <param name="key">The key of a keyed service.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute(object? key = null) : Attribute
{
    public object? Key { get; } = key;
}

/// <summary>The parameter is the object that the field belongs to.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>The parameter is an entry of <see cref="IResolverContext.ContextData"/>. Missing, it is its default or null; otherwise the field fails.</summary>
/// <param name="key">Null stands for the parameter's name.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class GlobalStateAttribute(string? key = null) : Attribute
{
    public string? Key { get; } = key;
}
