using System.ComponentModel;
using System.Reflection;
using System.Text;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>GraphQL names, descriptions and deprecations of C# members.</summary>
internal static class ClrNaming
{
    public static string OfType(Type type) => FindName(type) ?? OfGeneric(type);

    /// <summary>The name of the object, interface, union or enum type that a class makes.</summary>
    public static string OfOutputType(Type type) =>
        type.IsDefined(typeof(InterfaceTypeAttribute), inherit: false) || type.IsDefined(typeof(UnionTypeAttribute), inherit: false) ? OfInterfaceType(type) : OfType(type);

    /// <summary>A class read from requests is an <c>Input</c>, so that one class may serve both ways.</summary>
    public static string OfInputType(Type type) => FindName(type) is { } name
        ? name
        : OfGeneric(type) is var made && made.EndsWith("Input", StringComparison.Ordinal) ? made : made + "Input";

    public static string OfInterfaceType(Type type) => FindName(type) is { } name
        ? name
        : type.IsInterface && type.Name.Length > 1 && type.Name[0] == 'I' && char.IsUpper(type.Name[1]) ? type.Name[1..] : OfGeneric(type);

    /// <summary><c>GetUsersAsync</c> is <c>users</c>.</summary>
    public static string OfMember(MemberInfo member)
    {
        if (ClrMember.Find<GraphQLNameAttribute>(member) is { } named)
        {
            return named.Name;
        }

        var name = member.Name;
        if (member is MethodInfo)
        {
            if (name.Length > 3 && name.StartsWith("Get", StringComparison.Ordinal) && char.IsUpper(name[3]))
            {
                name = name[3..];
            }

            if (name.Length > 5 && name.EndsWith("Async", StringComparison.Ordinal))
            {
                name = name[..^5];
            }
        }

        return ToCamelCase(name);
    }

    /// <summary><c>UpperCaseAttribute</c> and <c>UpperCaseDirective</c> are <c>upperCase</c>.</summary>
    public static string OfDirective(Type type)
    {
        if (type.GetCustomAttribute<GraphQLNameAttribute>() is { } named)
        {
            return named.Name;
        }

        var name = type.Name;
        foreach (var suffix in new[] { "Attribute", "Directive" })
        {
            name = name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        }

        return ToCamelCase(name);
    }

    public static string OfParameter(ParameterInfo parameter) => parameter.GetCustomAttribute<GraphQLNameAttribute>()?.Name
        ?? parameter.GetCustomAttribute<ArgumentAttribute>()?.Name ?? ToCamelCase(parameter.Name!);

    /// <summary><c>RunningSlow</c> is <c>RUNNING_SLOW</c>; names in capitals stay.</summary>
    public static string OfEnumValue(FieldInfo value)
    {
        if (value.GetCustomAttribute<GraphQLNameAttribute>() is { } named)
        {
            return named.Name;
        }

        var builder = new StringBuilder();
        for (var i = 0; i < value.Name.Length; i++)
        {
            var c = value.Name[i];
            var startsWord = i > 0 && char.IsUpper(c)
                && (char.IsLower(value.Name[i - 1]) || char.IsDigit(value.Name[i - 1]) || (i + 1 < value.Name.Length && char.IsLower(value.Name[i + 1])));
            if (startsWord && value.Name[i - 1] != '_')
            {
                builder.Append('_');
            }

            builder.Append(char.ToUpperInvariant(c));
        }

        return builder.ToString();
    }

    public static string? DescriptionOf(ICustomAttributeProvider member) =>
        ClrMember.Find<GraphQLDescriptionAttribute>(member)?.Description ?? ClrMember.Find<DescriptionAttribute>(member)?.Description;

    public static string? DeprecationOf(ICustomAttributeProvider member) =>
        ClrMember.Find<GraphQLDeprecatedAttribute>(member)?.Reason ?? (ClrMember.Find<ObsoleteAttribute>(member) is { } obsolete ? obsolete.Message ?? SpecifiedDirectives.DefaultDeprecationReason : null);

    private static string? FindName(Type type) => type.GetCustomAttribute<GraphQLNameAttribute>(inherit: false)?.Name
        ?? type.GetCustomAttributes<TypeNameAttribute>(inherit: false).Select(attribute => attribute.Name).FirstOrDefault(name => name is not null);

    /// <summary><c>Page&lt;Book&gt;</c> is <c>PageOfBook</c>, <c>Pair&lt;int, Book&gt;</c> is <c>PairOfInt32AndBook</c>, as Hot Chocolate has it.</summary>
    private static string OfGeneric(Type type)
    {
        if (type.IsArray)
        {
            return "ListOf" + OfType(type.GetElementType()!);
        }

        if (!type.IsGenericType)
        {
            return type.Name;
        }

        var name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        return $"{name}Of{string.Join("And", type.GetGenericArguments().Select(OfType))}";
    }

    private static string ToCamelCase(string name)
    {
        var upper = 0;
        while (upper < name.Length && char.IsUpper(name[upper]))
        {
            upper++;
        }

        // "ID" is "id", "URLPath" is "urlPath", "Name" is "name".
        var lower = upper <= 1 || upper == name.Length ? upper : upper - 1;
        return string.Concat(name[..lower].ToLowerInvariant(), name.AsSpan(lower));
    }
}
