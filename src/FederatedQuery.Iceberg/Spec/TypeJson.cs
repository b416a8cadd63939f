using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Types as JSON (spec: Appendix C, Schemas).</summary>
public static class TypeJson
{
    /// <exception cref="IcebergException">The JSON is not a type.</exception>
    public static IcebergType Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return TypeStringParser.Parse(json.GetString()!);
        }

        var kind = json.RequiredString("type", "a type");
        return kind switch
        {
            "struct" => ReadStruct(json),
            "list" => new ListType(
                json.RequiredInt("element-id", "a list type"),
                Read(json.Required("element", "a list type")),
                json.RequiredBoolean("element-required", "a list type")),
            "map" => new MapType(
                json.RequiredInt("key-id", "a map type"),
                Read(json.Required("key", "a map type")),
                json.RequiredInt("value-id", "a map type"),
                Read(json.Required("value", "a map type")),
                json.RequiredBoolean("value-required", "a map type")),
            _ => throw IcebergException.Unsupported($"'{kind}' is not a nested type; expected struct, list or map."),
        };
    }

    public static void Write(Utf8JsonWriter writer, IcebergType type)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (type)
        {
            case StructType structType:
                writer.WriteStartObject();
                WriteStructMembers(writer, structType);
                writer.WriteEndObject();
                break;
            case ListType list:
                writer.WriteStartObject();
                writer.WriteString("type", "list");
                writer.WriteNumber("element-id", list.ElementId);
                writer.WritePropertyName("element");
                Write(writer, list.ElementType);
                writer.WriteBoolean("element-required", list.ElementRequired);
                writer.WriteEndObject();
                break;
            case MapType map:
                writer.WriteStartObject();
                writer.WriteString("type", "map");
                writer.WriteNumber("key-id", map.KeyId);
                writer.WritePropertyName("key");
                Write(writer, map.KeyType);
                writer.WriteNumber("value-id", map.ValueId);
                writer.WritePropertyName("value");
                Write(writer, map.ValueType);
                writer.WriteBoolean("value-required", map.ValueRequired);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(type.ToString());
                break;
        }
    }

    internal static StructType ReadStruct(JsonElement json)
    {
        var fields = ImmutableArray.CreateBuilder<NestedField>();
        foreach (var field in json.RequiredArray("fields", "a struct type"))
        {
            fields.Add(ReadField(field));
        }

        return new StructType(fields.DrainToImmutable());
    }

    internal static void WriteStructMembers(Utf8JsonWriter writer, StructType type)
    {
        writer.WriteString("type", "struct");
        writer.WriteStartArray("fields");
        foreach (var field in type.Fields)
        {
            WriteField(writer, field);
        }

        writer.WriteEndArray();
    }

    private static NestedField ReadField(JsonElement json)
    {
        var name = json.RequiredString("name", "a field");
        if (name.Length == 0)
        {
            throw IcebergException.InvalidMetadata("A field has an empty name.");
        }

        var where = $"field '{name}'";
        try
        {
            var type = Read(json.Required("type", where));
            return new NestedField(
                json.RequiredInt("id", where), name, type, json.RequiredBoolean("required", where), json.OptionalString("doc", where))
            {
                InitialDefault = json.Optional("initial-default") is { } initial ? SingleValueJson.Read(type, initial) : null,
                WriteDefault = json.Optional("write-default") is { } write ? SingleValueJson.Read(type, write) : null,
            };
        }
        catch (IcebergException e) when (!e.Message.StartsWith("Field '", StringComparison.Ordinal))
        {
            throw new IcebergException(e.Kind, $"Field '{name}': {e.Message}", e);
        }
    }

    private static void WriteField(Utf8JsonWriter writer, NestedField field)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", field.Id);
        writer.WriteString("name", field.Name);
        writer.WriteBoolean("required", field.Required);
        writer.WritePropertyName("type");
        Write(writer, field.Type);
        if (field.Doc is not null)
        {
            writer.WriteString("doc", field.Doc);
        }

        if (field.InitialDefault is not null)
        {
            writer.WritePropertyName("initial-default");
            SingleValueJson.Write(writer, field.InitialDefault);
        }

        if (field.WriteDefault is not null)
        {
            writer.WritePropertyName("write-default");
            SingleValueJson.Write(writer, field.WriteDefault);
        }

        writer.WriteEndObject();
    }
}
