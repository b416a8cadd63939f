using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

internal static class Utf8JsonWriterExtensions
{
    /// <summary>Nothing when there is no value.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>In order of the keys.</summary>
    public static void WriteStringMap(this Utf8JsonWriter writer, IReadOnlyDictionary<string, string> map)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }
}
