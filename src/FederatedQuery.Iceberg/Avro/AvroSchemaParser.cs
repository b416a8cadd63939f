using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>One parse of one schema: named types met so far may be used by name, also by themselves.</summary>
internal sealed class AvroSchemaParser
{
    private static readonly FrozenDictionary<string, AvroType> Types =
        Enum.GetValues<AvroType>().ToFrozenDictionary(AvroSchemaJson.NameOf, StringComparer.Ordinal);

    private static readonly FrozenSet<string> SchemaProperties =
        new[] { "type", "name", "namespace", "fields", "symbols", "size", "items", "values" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> FieldProperties = new[] { "name", "type", "default" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, AvroNamedSchema> _named = new(StringComparer.Ordinal);

    public AvroSchema Parse(JsonElement json) => Parse(json, enclosingNamespace: "", depth: 0);

    private AvroSchema Parse(JsonElement json, string enclosingNamespace, int depth)
    {
        if (depth > AvroSchemaJson.MaxDepth)
        {
            throw Invalid($"it is nested more than {AvroSchemaJson.MaxDepth} levels deep");
        }

        return json.ValueKind switch
        {
            JsonValueKind.String => ParseName(json.GetString()!, enclosingNamespace),
            JsonValueKind.Array => ParseUnion(json, enclosingNamespace, depth),
            JsonValueKind.Object => ParseObject(json, enclosingNamespace, depth),
            _ => throw Invalid($"a schema is a JSON string, object or array, not {json.ValueKind}"),
        };
    }

    private AvroSchema ParseName(string name, string enclosingNamespace)
    {
        if (Types.TryGetValue(name, out var type) && type <= AvroType.String)
        {
            return type switch
            {
                AvroType.Null => AvroSchema.Null,
                AvroType.Boolean => AvroSchema.Boolean,
                AvroType.Int => AvroSchema.Int,
                AvroType.Long => AvroSchema.Long,
                AvroType.Float => AvroSchema.Float,
                AvroType.Double => AvroSchema.Double,
                AvroType.Bytes => AvroSchema.Bytes,
                _ => AvroSchema.String,
            };
        }

        return _named.GetValueOrDefault(FullName(name, enclosingNamespace)) ?? _named.GetValueOrDefault(name)
            ?? throw Invalid($"it names the type '{name}', which is not defined before");
    }

    private AvroUnionSchema ParseUnion(JsonElement json, string enclosingNamespace, int depth)
    {
        var branches = json.EnumerateArray().Select(branch => Parse(branch, enclosingNamespace, depth + 1)).ToImmutableArray();
        if (branches.Any(branch => branch is AvroUnionSchema))
        {
            throw Invalid("a union is a branch of another union");
        }

        return new AvroUnionSchema(branches);
    }

    private AvroSchema ParseObject(JsonElement json, string enclosingNamespace, int depth)
    {
        if (!json.TryGetProperty("type", out var typeJson))
        {
            throw Invalid("a schema object has no 'type'");
        }

        // {"type": {"type": "int"}} and {"type": ["null", "int"]} are seen in the wild.
        if (typeJson.ValueKind != JsonValueKind.String)
        {
            return Parse(typeJson, enclosingNamespace, depth + 1);
        }

        var typeName = typeJson.GetString()!;
        if (!Types.TryGetValue(typeName, out var type))
        {
            return ParseName(typeName, enclosingNamespace);
        }

        var attributes = AttributesOf(json, SchemaProperties);
        switch (type)
        {
            case AvroType.Record:
                return ParseRecord(json, attributes, enclosingNamespace, depth);
            case AvroType.Enum:
                var symbols = ArrayOf(json, "symbols").Select(symbol => symbol.GetString() ?? throw Invalid("an enum symbol is null"));
                return Define(new AvroEnumSchema(NameOf(json, enclosingNamespace), [.. symbols], attributes));
            case AvroType.Fixed:
                if (!json.TryGetProperty("size", out var size) || !size.TryGetInt32(out var bytes) || bytes < 0)
                {
                    throw Invalid("a fixed type has no 'size' of 0 or more");
                }

                return Define(new AvroFixedSchema(NameOf(json, enclosingNamespace), bytes, attributes));
            case AvroType.Array:
                return new AvroArraySchema(Parse(Required(json, "items"), enclosingNamespace, depth + 1), attributes);
            case AvroType.Map:
                return new AvroMapSchema(Parse(Required(json, "values"), enclosingNamespace, depth + 1), attributes);
            case AvroType.Union:
                throw Invalid("a union is written as a JSON array");
            default:
                return attributes.Items.Count == 0 ? ParseName(typeName, enclosingNamespace) : new AvroPrimitiveSchema(type, attributes);
        }
    }

    private AvroRecordSchema ParseRecord(JsonElement json, AvroAttributes attributes, string enclosingNamespace, int depth)
    {
        var record = new AvroRecordSchema(NameOf(json, enclosingNamespace), attributes);
        Define(record);
        var dot = record.FullName.LastIndexOf('.');
        var inner = dot < 0 ? "" : record.FullName[..dot];
        record.SetFields([.. ArrayOf(json, "fields").Select(field =>
        {
            var name = Required(field, "name").GetString() ?? throw Invalid("a field's name is null");
            var schema = Parse(Required(field, "type"), inner, depth + 1);
            JsonElement? defaultValue = field.TryGetProperty("default", out var value) ? value.Clone() : null;
            return new AvroField(name, schema, defaultValue, AttributesOf(field, FieldProperties));
        })]);
        return record;
    }

    private T Define<T>(T schema)
        where T : AvroNamedSchema
    {
        // Some writers define one type twice; the later definition is the one that later names mean.
        _named[schema.FullName] = schema;
        return schema;
    }

    private static string NameOf(JsonElement json, string enclosingNamespace)
    {
        var name = Required(json, "name").GetString() ?? throw Invalid("a type's name is null");
        var ownNamespace = json.TryGetProperty("namespace", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : enclosingNamespace;
        return FullName(name, ownNamespace);
    }

    private static string FullName(string name, string enclosingNamespace) =>
        enclosingNamespace.Length == 0 || name.Contains('.') ? name : $"{enclosingNamespace}.{name}";

    private static AvroAttributes AttributesOf(JsonElement json, FrozenSet<string> used)
    {
        var attributes = json.EnumerateObject()
            .Where(property => !used.Contains(property.Name))
            .Select(property => KeyValuePair.Create(property.Name, property.Value.Clone()))
            .ToList();
        return attributes.Count == 0 ? AvroAttributes.None : new AvroAttributes(attributes);
    }

    private static JsonElement Required(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null
            ? property == "name" && value.ValueKind != JsonValueKind.String ? throw Invalid("a 'name' is no string") : value
            : throw Invalid($"'{property}' is missing");

    private static JsonElement.ArrayEnumerator ArrayOf(JsonElement json, string property) =>
        Required(json, property) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : throw Invalid($"'{property}' is no array");

    private static IcebergException Invalid(string reason) => new(IcebergErrorKind.InvalidFile, $"The Avro schema is not valid: {reason}.");
}
