using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// A hash of what a statement says: of its syntax tree, in which spaces, comments, the case of keywords and needless parentheses are gone, without the places in the text,
/// and with the place of each table in <c>references</c> for its name: the tables that were found are the caller's to add.
/// </summary>
internal static class StatementDigest
{
    private const int MaximumDepth = 8_192;

    public static byte[] Of(JsonObject statement, IReadOnlyList<TableReference> references)
    {
        var places = new Dictionary<JsonObject, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < references.Count; i++)
        {
            places[references[i].Node] = i;
        }

        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { MaxDepth = MaximumDepth, SkipValidation = true }))
        {
            Write(writer, statement, places);
        }

        return SHA256.HashData(text.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node, Dictionary<JsonObject, int> places)
    {
        switch (node)
        {
            case JsonObject item:
                writer.WriteStartObject();
                var isTable = places.TryGetValue(item, out var place);
                if (isTable)
                {
                    writer.WriteNumber("table", place);
                }

                foreach (var (name, value) in item)
                {
                    if (name != "query_location" && !(isTable && name is ("table_name" or "schema_name" or "catalog_name")))
                    {
                        writer.WritePropertyName(name);
                        Write(writer, value, places);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item, places);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
