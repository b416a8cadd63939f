using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Coerced values as the C# type of a parameter or property.</summary>
internal static class InputConverter
{
    private static readonly MethodInfo OptionalMethod = typeof(InputConverter).GetMethod(nameof(ToOptional))!;

    /// <exception cref="InvalidCastException">The value is of a kind that the type does not take.</exception>
    public static T Convert<T>(object? value) => value switch
    {
        T typed => typed,

        // Null reaches a non-nullable T only when a nullable argument is read as a value type: then its default is meant.
        null => default!,
        _ => (T)Convert(value, typeof(T))!,
    };

    /// <summary>A value that was given, perhaps null.</summary>
    /// <exception cref="GraphQLException">The value is null, and the type is not nullable.</exception>
    public static Optional<T> ToOptional<T>(object? value) => value is null && typeof(T).IsValueType && Nullable.GetUnderlyingType(typeof(T)) is null
        ? throw new GraphQLException("The value may be left out, but it must not be null.", ErrorCodes.BadUserInput)
        : new Optional<T>(Convert<T>(value));

    /// <exception cref="GraphQLException">The value is out of the type's range, or is text that the type cannot read.</exception>
    /// <exception cref="InvalidCastException">The value is of a kind that the type does not take.</exception>
    public static object? Convert(object? value, Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>))
        {
            return OptionalMethod.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [value], CultureInfo.InvariantCulture);
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null || type.IsInstanceOfType(value))
        {
            return value;
        }

        if (value is object?[] items && FindItemType(type) is { } itemType)
        {
            return ConvertList(items, itemType, type);
        }

        try
        {
            return ConvertScalar(value, type);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new GraphQLException(new GraphQLError($"The value {Show(value)} cannot be read as {type.Name}: {exception.Message}") { Code = ErrorCodes.BadUserInput }, exception);
        }
    }

    private static object? ConvertScalar(object value, Type type) =>
        (value, type) switch
        {
            (DateTimeOffset moment, _) when type == typeof(DateTime) => moment.UtcDateTime,
            (string text, _) when type == typeof(Uri) => new Uri(text, UriKind.RelativeOrAbsolute),
            (string text, _) when type == typeof(Guid) => Guid.Parse(text, CultureInfo.InvariantCulture),
            (string text, { IsEnum: true }) => Enum.Parse(type, text),
            (System.Text.Json.JsonElement json, _) when type == typeof(System.Text.Json.Nodes.JsonNode) => System.Text.Json.Nodes.JsonNode.Parse(json.GetRawText()),
            (System.Text.Json.JsonElement json, _) => System.Text.Json.JsonSerializer.Deserialize(json, type),
            (string { Length: 1 } text, _) when type == typeof(char) => text[0],
            (IConvertible, _) when typeof(IConvertible).IsAssignableFrom(type) => System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture),
            _ => throw new InvalidCastException($"A '{value.GetType()}' cannot be read as '{type}'."),
        };

    private static string Show(object value) => value is string text ? $"\"{text}\"" : System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";

    private static Type? FindItemType(Type type) => type.IsArray
        ? type.GetElementType()
        : type.IsGenericType && type.GetGenericArguments() is [var item] && type.IsAssignableTo(typeof(IEnumerable)) ? item : null;

    private static object ConvertList(object?[] items, Type itemType, Type type)
    {
        var array = Array.CreateInstance(itemType, items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            array.SetValue(Convert(items[i], itemType), i);
        }

        var sequence = typeof(IEnumerable<>).MakeGenericType(itemType);
        return type switch
        {
            _ when type.IsInstanceOfType(array) => array,
            _ when type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => CreateImmutable(typeof(ImmutableArray), itemType, sequence, array),
            _ when type.GetGenericTypeDefinition() == typeof(ImmutableList<>) => CreateImmutable(typeof(ImmutableList), itemType, sequence, array),
            _ when type.IsAssignableFrom(typeof(List<>).MakeGenericType(itemType)) => Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType), array)!,
            _ when type.IsAssignableFrom(typeof(HashSet<>).MakeGenericType(itemType)) => Activator.CreateInstance(typeof(HashSet<>).MakeGenericType(itemType), array)!,
            _ when type.GetConstructor([sequence]) is { } constructor => constructor.Invoke([array]),
            _ => throw new InvalidCastException($"A list cannot be read as '{type}'. Take an array, List, HashSet, ImmutableArray, or an interface of these."),
        };
    }

    private static object CreateImmutable(Type factory, Type itemType, Type sequence, Array items) => factory.GetMethods()
        .Single(method => method.Name == "CreateRange" && method.GetParameters() is [{ ParameterType: { IsGenericType: true } parameter }]
            && parameter.GetGenericTypeDefinition() == sequence.GetGenericTypeDefinition())
        .MakeGenericMethod(itemType).Invoke(null, [items])!;
}
