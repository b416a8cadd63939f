using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

internal static class RestJson
{
    public static void RequireObject(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw IcebergException.InvalidMetadata($"The body is {json.ValueKind}; {where} must be a JSON object.");
        }
    }

    public static ImmutableArray<string> OptionalStringArray(this JsonElement json, string name, string where) =>
        json.Optional(name) is null ? [] : [.. json.RequiredArray(name, where).Select(item => item.AsString(name, where))];

    public static ImmutableDictionary<string, string> RequiredStringMap(this JsonElement json, string name, string where)
    {
        json.Required(name, where);
        return json.OptionalStringMap(name, where);
    }

    public static void WriteStringArray(this Utf8JsonWriter writer, string name, IEnumerable<string> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }

    public static void WriteArray<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }
}
