using System.Reflection;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Attributes of C# members.</summary>
internal static class ClrMember
{
    /// <summary>
    /// The attribute, or null. For a property that a record's parameter made, also that of the parameter: there C# puts attributes that are
    /// written without <c>property:</c>.
    /// </summary>
    public static T? Find<T>(ICustomAttributeProvider member)
        where T : Attribute => AllOf<T>(member).FirstOrDefault();

    public static bool Has<T>(ICustomAttributeProvider member)
        where T : Attribute => AllOf<T>(member).Any();

    public static IEnumerable<T> AllOf<T>(ICustomAttributeProvider member)
        where T : Attribute
    {
        var own = member.GetCustomAttributes(typeof(T), inherit: false).Cast<T>();
        return member is PropertyInfo property && FindParameter(property) is { } parameter ? own.Concat(parameter.GetCustomAttributes<T>(inherit: false)) : own;
    }

    /// <summary>The parameter of a constructor that a property holds: same type, same name but for the case of letters.</summary>
    public static ParameterInfo? FindParameter(PropertyInfo property) => property.DeclaringType?.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .FirstOrDefault(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase) && parameter.ParameterType == property.PropertyType);
}
