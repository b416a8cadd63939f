using System.Reflection;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>
/// How a member of a generic class was declared. For <c>Page&lt;string&gt;.First</c>, declared as <c>T?</c> or <c>T</c>, reflection cannot tell
/// nullability from the closed class: any <c>T</c> without constraint "may be null". What was written decides: <c>T?</c> is nullable, <c>T</c> is not.
/// </summary>
internal readonly record struct TypeParameterUse(Type? Type, bool IsAnnotated)
{
    private const byte Annotated = 2;

    public bool IsTypeParameter => Type is { IsGenericParameter: true };

    /// <summary>Of a member; nothing when its class is not generic.</summary>
    public static TypeParameterUse Find<T>(T member, Func<T, (Type Type, ICustomAttributeProvider Attributes)> declarationOf)
        where T : MemberInfo
    {
        if (member.DeclaringType is not { IsConstructedGenericType: true } closed)
        {
            return default;
        }

        var open = (T)closed.GetGenericTypeDefinition().GetMemberWithSameMetadataDefinitionAs(member);
        var (type, attributes) = declarationOf(open);
        return new TypeParameterUse(type, FlagOf(attributes, open) == Annotated);
    }

    /// <summary>The items of a list declared this way. Inside a list <c>T</c> counts as not null.</summary>
    public TypeParameterUse Item(Type item) => Type switch
    {
        { IsArray: true } => new TypeParameterUse(Type.GetElementType(), false),
        { IsGenericType: true } when Type.GetGenericArguments() is [var only] && (only.IsGenericParameter || only.IsGenericType || only == item) => new TypeParameterUse(only, false),
        _ => default,
    };

    public TypeParameterUse Argument(int index) => Type is { IsGenericType: true } && index < Type.GetGenericArguments().Length
        ? new TypeParameterUse(Type.GetGenericArguments()[index], false)
        : default;

    /// <summary>The first flag of the compiler's attribute, or that of the nearest context.</summary>
    private static byte FlagOf(ICustomAttributeProvider attributes, MemberInfo member)
    {
        if (Find(attributes, "System.Runtime.CompilerServices.NullableAttribute", "NullableFlags") is byte[] { Length: > 0 } flags)
        {
            return flags[0];
        }

        for (var owner = member; owner is not null; owner = owner.DeclaringType)
        {
            if (Find(owner, "System.Runtime.CompilerServices.NullableContextAttribute", "Flag") is byte flag)
            {
                return flag;
            }
        }

        return 0;
    }

    private static object? Find(ICustomAttributeProvider attributes, string name, string field) =>
        attributes.GetCustomAttributes(inherit: false).FirstOrDefault(attribute => attribute.GetType().FullName == name) is { } found
            ? found.GetType().GetField(field)?.GetValue(found)
            : null;
}
