using System.Reflection;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>A C# type with its nullability, taken apart into what GraphQL knows: nullable or not, list or not.</summary>
internal readonly record struct ClrTypeShape(Type Type, bool IsNullable, NullabilityInfo? Nullability, TypeParameterUse Declared = default)
{
    public static ClrTypeShape OfReturn(MethodInfo method) => From(
        method.ReturnType,
        new NullabilityInfoContext().Create(method.ReturnParameter),
        isInput: false,
        TypeParameterUse.Find(method, open => (open.ReturnType, open.ReturnParameter)));

    public static ClrTypeShape OfProperty(PropertyInfo property, bool isInput) => From(
        property.PropertyType,
        new NullabilityInfoContext().Create(property),
        isInput,
        TypeParameterUse.Find(property, open => (open.PropertyType, open)));

    public static ClrTypeShape OfParameter(ParameterInfo parameter) =>
        From(parameter.ParameterType, new NullabilityInfoContext().Create(parameter), isInput: true);

    /// <summary>Whether a value of the type has to be waited for.</summary>
    public static bool GivesLater(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var definition
        && (definition == typeof(Task<>) || definition == typeof(ValueTask<>) || definition == typeof(IAsyncEnumerable<>));

    /// <summary>The result under <c>Task</c> and <c>ValueTask</c>.</summary>
    public ClrTypeShape WithoutTask() =>
        Type.IsGenericType && Type.GetGenericTypeDefinition() is var definition && (definition == typeof(Task<>) || definition == typeof(ValueTask<>))
            ? Argument(0)
            : this;

    /// <summary>The value under <see cref="Optional{T}"/>: nullable, since it may be left out.</summary>
    public ClrTypeShape WithoutOptional() =>
        Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(Optional<>) ? Argument(0) with { IsNullable = true } : this;

    /// <summary>The items of an <c>IAsyncEnumerable</c>, or null.</summary>
    public ClrTypeShape? StreamItem() =>
        Type.IsGenericType && Type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) ? Argument(0) : null;

    /// <summary>The items of an array or <c>IEnumerable</c>, or null for anything else; strings and byte arrays are no lists.</summary>
    public ClrTypeShape? ListItem()
    {
        if (Type == typeof(string) || Type == typeof(byte[]))
        {
            return null;
        }

        if (Type.IsArray)
        {
            return From(Type.GetElementType()!, Nullability?.ElementType, isInput: false, Declared.Item(Type.GetElementType()!));
        }

        var enumerable = Type.IsInterface && IsEnumerable(Type) ? Type : Type.GetInterfaces().FirstOrDefault(IsEnumerable);
        if (enumerable is null)
        {
            return null;
        }

        var item = enumerable.GetGenericArguments()[0];
        return From(item, Nullability?.GenericTypeArguments.FirstOrDefault(argument => argument.Type == item), isInput: false, Declared.Item(item));
    }

    private static bool IsEnumerable(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);

    private static ClrTypeShape From(Type type, NullabilityInfo? nullability, bool isInput, TypeParameterUse declared = default)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return new ClrTypeShape(underlying, true, null);
        }

        if (declared.IsTypeParameter)
        {
            return new ClrTypeShape(type, !type.IsValueType && declared.IsAnnotated, nullability);
        }

        var state = isInput ? nullability?.WriteState : nullability?.ReadState;
        if (isInput && state == NullabilityState.Unknown)
        {
            state = nullability?.ReadState;
        }

        // Code without nullable annotations says nothing: then null is possible.
        return new ClrTypeShape(type, !type.IsValueType && (state is NullabilityState.Nullable or NullabilityState.Unknown), nullability, declared);
    }

    private ClrTypeShape Argument(int index) => From(Type.GetGenericArguments()[index], Nullability?.GenericTypeArguments.ElementAtOrDefault(index), isInput: false, Declared.Argument(index));
}
