using System.Globalization;
using System.Text.Json;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>One text for a value, whether written by the conventions of the fixtures or in the gateway's JSON.</summary>
internal static class FixtureValue
{
    /// <param name="type">DuckDB's name of it.</param>
    public static string Expected(JsonElement value, string type) => Text(value, type, text => text);

    /// <inheritdoc cref="Expected"/>
    public static string Answered(JsonElement value, string type) => Text(value, type, text => type switch
    {
        "BLOB" => Convert.ToHexStringLower(Convert.FromBase64String(text)),
        "TIMESTAMP" => text.Replace('T', ' '),
        "TIMESTAMP WITH TIME ZONE" => text.Replace('T', ' ').Replace("Z", "+00", StringComparison.Ordinal),
        _ => text,
    });

    private static string Text(JsonElement value, string type, Func<string, string> scalar)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return "null";
        }

        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            return $"[{string.Join(", ", value.EnumerateArray().Select(item => Text(item, type[..^2], scalar)))}]";
        }

        if (type.StartsWith("MAP(", StringComparison.Ordinal))
        {
            return $"{{{string.Join(", ", Entries(value).Select(entry => $"{entry.Key}: {entry.Value}").Order(StringComparer.Ordinal))}}}";
        }

        if (type.StartsWith("STRUCT(", StringComparison.Ordinal))
        {
            return $"({string.Join(", ", value.EnumerateObject().Select(member => $"{member.Name}: {JsonSerializer.Serialize(member.Value)}"))})";
        }

        return type switch
        {
            "FLOAT" when value.ValueKind == JsonValueKind.Number => value.GetSingle().ToString("R", CultureInfo.InvariantCulture),
            "DOUBLE" when value.ValueKind == JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            _ => value.ValueKind == JsonValueKind.String ? scalar(value.GetString()!) : value.GetRawText(),
        };
    }

    /// <summary>Of a map: an object, or pairs, or objects of a key and a value.</summary>
    private static IEnumerable<(string Key, string Value)> Entries(JsonElement map) => map.ValueKind == JsonValueKind.Object
        ? map.EnumerateObject().Select(member => (member.Name, Plain(member.Value)))
        : map.EnumerateArray().Select(pair => pair.ValueKind == JsonValueKind.Array
            ? (Plain(pair[0]), Plain(pair[1]))
            : (Plain(pair.GetProperty("key")), Plain(pair.GetProperty("value"))));

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
