using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Schemas as JSON (spec: Appendix C, Schemas).</summary>
public static class SchemaJson
{
    /// <param name="json">A struct type with <c>schema-id</c> and <c>identifier-field-ids</c>, both of which may be missing (v1).</param>
    /// <param name="defaultSchemaId">The id of a schema that carries none.</param>
    /// <exception cref="IcebergException">The JSON is not a schema.</exception>
    public static Schema Read(JsonElement json, int defaultSchemaId = 0)
    {
        if (json.RequiredString("type", "a schema") is var kind and not "struct")
        {
            throw IcebergException.InvalidMetadata($"A schema must be a struct type, not '{kind}'.");
        }

        var identifiers = json.Optional("identifier-field-ids") is null
            ? ImmutableArray<int>.Empty
            : [.. json.RequiredArray("identifier-field-ids", "a schema").Select(id => id.AsInt("identifier-field-ids", "a schema"))];
        return new Schema(json.OptionalInt("schema-id", "a schema") ?? defaultSchemaId, TypeJson.ReadStruct(json), identifiers);
    }

    /// <exception cref="IcebergException">The text is not JSON, or not a schema.</exception>
    public static Schema Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw IcebergException.InvalidMetadata($"A schema is not valid JSON: {e.Message}", e);
        }
    }

    public static void Write(Utf8JsonWriter writer, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(schema);
        writer.WriteStartObject();
        writer.WriteNumber("schema-id", schema.SchemaId);
        if (!schema.IdentifierFieldIds.IsEmpty)
        {
            writer.WriteStartArray("identifier-field-ids");
            foreach (var id in schema.IdentifierFieldIds)
            {
                writer.WriteNumberValue(id);
            }

            writer.WriteEndArray();
        }

        TypeJson.WriteStructMembers(writer, schema.Type);
        writer.WriteEndObject();
    }

    /// <summary>The JSON on one line, as manifests carry it under the key <c>schema</c>.</summary>
    public static string ToJson(Schema schema) => JsonText.Write(writer => Write(writer, schema));
}
