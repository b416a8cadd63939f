using System.Reflection;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>The classes that add fields to types of other classes.</summary>
internal sealed class TypeExtensions(IEnumerable<Type> classes)
{
    private readonly (ExtendObjectTypeAttribute Attribute, Type Class)[] _all =
        [.. classes.SelectMany(type => type.GetCustomAttributes<ExtendObjectTypeAttribute>().Select(attribute => (attribute, type)))];

    private readonly HashSet<string> _metNames = new(StringComparer.Ordinal);

    /// <summary>Of a type that is known by its name alone: a root.</summary>
    public IEnumerable<Type> OfName(string name)
    {
        _metNames.Add(name);
        return _all.Where(extension => extension.Attribute.Name == name).Select(extension => extension.Class);
    }

    /// <summary>Of the type made of a class: by its name, by the class, or by a base of it.</summary>
    public IReadOnlyList<(ExtendObjectTypeAttribute Attribute, Type Class)> Of(Type type, string name)
    {
        _metNames.Add(name);
        return [.. _all.Where(extension => extension.Attribute.Name == name || extension.Attribute.Type?.IsAssignableFrom(type) == true)];
    }

    /// <summary>Whether an extension says that a member of the class itself is no field.</summary>
    public static bool Replaces((ExtendObjectTypeAttribute Attribute, Type Class) extension, MemberInfo member) =>
        extension.Attribute.IgnoreProperties.Contains(member.Name)
        || extension.Class.GetMembers().Any(candidate => candidate.GetCustomAttribute<BindMemberAttribute>()?.Name == member.Name);

    /// <exception cref="SchemaException">An extension names a type that is not there, or that was not made of a class.</exception>
    public void RequireAllFound()
    {
        var problems = _all.Where(extension => extension.Attribute.Name is { } name && !_metNames.Contains(name))
            .Select(extension => $"Class '{extension.Class}' extends the type '{extension.Attribute.Name}', which is neither a root nor made of a class.")
            .ToArray();
        if (problems.Length > 0)
        {
            throw new SchemaException(problems);
        }
    }
}
