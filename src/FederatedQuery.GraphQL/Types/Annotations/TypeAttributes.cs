namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>The class's public methods and properties are fields of the query root. Several classes may share the root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class QueryTypeAttribute : Attribute;

/// <summary>The class's public methods are fields of the mutation root. Several classes may share the root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MutationTypeAttribute : Attribute;

/// <summary>The class's public methods, which return <c>IAsyncEnumerable</c>, are fields of the subscription root.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubscriptionTypeAttribute : Attribute;

/// <summary>The class's public methods and properties are added to the object type of another class. <see cref="ParentAttribute"/> gives the object.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExtendObjectTypeAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}

/// <summary>The class is an object type even when no field names it, such as one behind an interface.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class ObjectTypeAttribute : Attribute;

/// <summary>The interface or abstract class is a GraphQL interface; registered classes that derive from it implement it.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class InterfaceTypeAttribute : Attribute;

/// <summary>The interface or abstract class is a union of the registered classes that derive from it.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class UnionTypeAttribute : Attribute;

/// <summary>Exactly one field of the input object must be given (spec section 3.10.1).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class OneOfAttribute : Attribute;
