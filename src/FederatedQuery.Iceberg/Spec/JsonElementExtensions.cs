using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Reads members of JSON objects; every error names the member, what was there and what was expected.</summary>
internal static class JsonElementExtensions
{
    /// <summary>The member, or null when it is missing or a JSON null.</summary>
    public static JsonElement? Optional(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static JsonElement Required(this JsonElement json, string name, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw IcebergException.InvalidMetadata($"{Capitalized(where)} is {Describe(json)}; a JSON object is expected.");
        }

        return json.Optional(name) ?? throw IcebergException.InvalidMetadata($"{Capitalized(where)} has no '{name}', which is required.");
    }

    public static string RequiredString(this JsonElement json, string name, string where) =>
        json.Required(name, where).AsString(name, where);

    public static string? OptionalString(this JsonElement json, string name, string where) => json.Optional(name)?.AsString(name, where);

    public static int RequiredInt(this JsonElement json, string name, string where) => json.Required(name, where).AsInt(name, where);

    public static int? OptionalInt(this JsonElement json, string name, string where) => json.Optional(name)?.AsInt(name, where);

    public static long RequiredLong(this JsonElement json, string name, string where) => json.Required(name, where).AsLong(name, where);

    public static long? OptionalLong(this JsonElement json, string name, string where) => json.Optional(name)?.AsLong(name, where);

    public static long RequiredSnapshotId(this JsonElement json, string name, string where) =>
        json.Required(name, where).AsSnapshotId(name, where);

    public static long? OptionalSnapshotId(this JsonElement json, string name, string where) =>
        json.Optional(name)?.AsSnapshotId(name, where);

    public static bool RequiredBoolean(this JsonElement json, string name, string where)
    {
        var value = json.Required(name, where);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(value, name, where, "true or false");
    }

    public static JsonElement.ArrayEnumerator RequiredArray(this JsonElement json, string name, string where)
    {
        var value = json.Required(name, where);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(value, name, where, "an array");
    }

    public static bool? OptionalBoolean(this JsonElement json, string name, string where) =>
        json.Optional(name) is null ? null : json.RequiredBoolean(name, where);

    /// <summary>Empty when the member is missing.</summary>
    public static ImmutableDictionary<string, string> OptionalStringMap(this JsonElement json, string name, string where) =>
        json.Optional(name) is { } map
            ? map.Members(name, where).ToImmutableDictionary(m => m.Name, m => m.Value.AsString(m.Name, $"'{name}' of {where}"), StringComparer.Ordinal)
            : ImmutableDictionary<string, string>.Empty;

    public static IEnumerable<JsonProperty> Members(this JsonElement value, string name, string where) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw Wrong(value, name, where, "an object");

    public static string AsString(this JsonElement value, string name, string where) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(value, name, where, "a string");

    public static int AsInt(this JsonElement value, string name, string where) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw Wrong(value, name, where, "an integer of 32 bits");

    public static long AsLong(this JsonElement value, string name, string where) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : throw Wrong(value, name, where, "an integer of 64 bits");

    /// <summary>
    /// A long, but some writers draw ids from the whole unsigned range: these are taken by their bits, as they stand in Avro files too.
    /// </summary>
    public static long AsSnapshotId(this JsonElement value, string name, string where) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var unsigned)
            ? unchecked((long)unsigned)
            : value.AsLong(name, where);

    public static IcebergException Wrong(JsonElement value, string name, string where, string expected) =>
        IcebergException.InvalidMetadata($"{Capitalized(where)}: '{name}' is {Describe(value)}; {expected} is expected.");

    private static string Describe(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length > 80 ? text[..80] + "..." : text;
    }

    private static string Capitalized(string where) => char.ToUpperInvariant(where[0]) + where[1..];
}
