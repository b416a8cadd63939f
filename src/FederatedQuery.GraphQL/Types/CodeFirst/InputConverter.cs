using System.Collections;
using System.Globalization;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Coerced values as the C# type of a parameter or property.</summary>
internal static class InputConverter
{
    /// <exception cref="InvalidCastException">The value is of a kind that the type does not take.</exception>
    public static T Convert<T>(object? value) => value switch
    {
        T typed => typed,

        // Null reaches a non-nullable T only when a nullable argument is read as a value type: then its default is meant.
        null => default!,
        _ => (T)Convert(value, typeof(T))!,
    };

    /// <exception cref="InvalidCastException">The value is of a kind that the type does not take.</exception>
    public static object? Convert(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value is null || type.IsInstanceOfType(value))
        {
            return value;
        }

        if (value is object?[] items && FindItemType(type) is { } itemType)
        {
            return ConvertList(items, itemType, type);
        }

        return (value, type) switch
        {
            (DateTimeOffset moment, _) when type == typeof(DateTime) => moment.UtcDateTime,
            (string text, _) when type == typeof(Uri) => new Uri(text, UriKind.RelativeOrAbsolute),
            (string text, _) when type == typeof(Guid) => Guid.Parse(text, CultureInfo.InvariantCulture),
            (string text, { IsEnum: true }) => Enum.Parse(type, text),
            (System.Text.Json.JsonElement json, _) when type == typeof(System.Text.Json.Nodes.JsonNode) => System.Text.Json.Nodes.JsonNode.Parse(json.GetRawText()),
            (IConvertible, _) when typeof(IConvertible).IsAssignableFrom(type) => System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture),
            _ => throw new InvalidCastException($"A '{value.GetType()}' cannot be read as '{type}'."),
        };
    }

    private static Type? FindItemType(Type type) => type.IsArray
        ? type.GetElementType()
        : type.IsGenericType && type.GetGenericArguments() is [var item] && type.IsAssignableFrom(typeof(List<>).MakeGenericType(item)) ? item : null;

    private static IList ConvertList(object?[] items, Type itemType, Type type)
    {
        var asArray = type.IsArray || type.IsInterface;
        var list = asArray
            ? (IList)Array.CreateInstance(itemType, items.Length)
            : (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType), items.Length)!;
        for (var i = 0; i < items.Length; i++)
        {
            var item = Convert(items[i], itemType);
            if (asArray)
            {
                list[i] = item;
            }
            else
            {
                list.Add(item);
            }
        }

        return list;
    }
}
