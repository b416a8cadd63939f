namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>
/// The class's public methods and properties are added to other types: to those of a class and of the classes that derive from it, or to the
/// one with a name, such as <c>Query</c>. <see cref="ParentAttribute"/> gives the object. The class may be static.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public class ExtendObjectTypeAttribute : Attribute
{
    public ExtendObjectTypeAttribute(Type type)
    {
        Type = type;
    }

    /// <param name="name">A root type, or a type made of a class.</param>
    public ExtendObjectTypeAttribute(string name)
    {
        Name = name;
    }

    /// <summary>Null when the type is named.</summary>
    public Type? Type { get; }

    /// <summary>Null when the type is given by its class.</summary>
    public string? Name { get; }

    /// <summary>Members of the extended class that are to be no fields.</summary>
    public string[] IgnoreProperties { get; set; } = [];
}

/// <inheritdoc/>
public sealed class ExtendObjectTypeAttribute<T>() : ExtendObjectTypeAttribute(typeof(T));

/// <summary>The class makes <typeparamref name="T"/> an object type and adds its own public methods and properties to it.</summary>
public sealed class ObjectTypeAttribute<T>() : ExtendObjectTypeAttribute(typeof(T));

/// <summary>On a member of an extension: its field takes the place of the field made from that member of the extended class.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class BindMemberAttribute(string name) : Attribute
{
    /// <summary>The C# name.</summary>
    public string Name { get; } = name;
}
