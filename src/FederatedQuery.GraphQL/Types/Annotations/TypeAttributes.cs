namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>The class's public methods and properties are fields of the query root. Several classes may share the root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class QueryTypeAttribute : Attribute;

/// <summary>The class's public methods are fields of the mutation root. Several classes may share the root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MutationTypeAttribute : Attribute;

/// <summary>
/// The class's public methods are fields of the subscription root: those that return <c>IAsyncEnumerable</c>, and those with
/// <see cref="SubscribeAttribute"/>. Several classes may share the root.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubscriptionTypeAttribute : Attribute;

/// <summary>An attribute that may name its GraphQL type; <see cref="GraphQLNameAttribute"/> goes before it.</summary>
public abstract class TypeNameAttribute(string? name) : Attribute
{
    /// <summary>Null leaves the name to the class.</summary>
    public string? Name { get; } = name;
}

/// <summary>The class is an object type even when no field names it, such as one behind an interface.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class ObjectTypeAttribute(string? name = null) : TypeNameAttribute(name);

/// <summary>The interface or abstract class is a GraphQL interface; registered classes that derive from it implement it.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class InterfaceTypeAttribute(string? name = null) : TypeNameAttribute(name);

/// <summary>The interface or abstract class is a union of the registered classes that derive from it.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class UnionTypeAttribute(string? name = null) : TypeNameAttribute(name);

/// <summary>The enum is part of the schema even when nothing names it.</summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class EnumTypeAttribute(string? name = null) : TypeNameAttribute(name);

/// <summary>The class is an input object even when no argument names it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class InputObjectTypeAttribute(string? name = null) : TypeNameAttribute(name);

/// <summary>Exactly one field of the input object must be given (spec section 3.10.1).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class OneOfAttribute : Attribute;
