using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>JSON single-value serialization (spec: Appendix D).</summary>
public static class SingleValueJson
{
    /// <returns>Null for a JSON null.</returns>
    /// <exception cref="IcebergException">The JSON is not a value of the type.</exception>
    public static SingleValue? Read(IcebergType type, JsonElement json)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return type switch
        {
            PrimitiveType primitive => ReadLiteral(primitive, json),
            StructType structType when json.ValueKind == JsonValueKind.Object => ReadStruct(structType, json),
            ListType list when json.ValueKind == JsonValueKind.Array => new ListValue(ReadAll(list.ElementType, json)),
            MapType map when json.ValueKind == JsonValueKind.Object => ReadMap(map, json),
            _ => throw NotAValue(type, json),
        };
    }

    /// <exception cref="IcebergException">The JSON is not a value of the type.</exception>
    public static Literal ReadLiteral(PrimitiveType type, JsonElement json)
    {
        ArgumentNullException.ThrowIfNull(type);
        var value = type switch
        {
            BooleanType when json.ValueKind is JsonValueKind.True or JsonValueKind.False => Literal.Boolean(json.GetBoolean()),
            IntType when json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) => Literal.Int(number),
            LongType when json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) => Literal.Long(number),
            FloatType when json.ValueKind == JsonValueKind.Number && json.TryGetSingle(out var number) => Literal.Float(number),
            DoubleType when json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var number) => Literal.Double(number),
            BooleanType or IntType or LongType => null,
            // JSON has no number for NaN and the infinities, so these are texts.
            _ when json.ValueKind == JsonValueKind.String && Literal.TryParse(type, json.GetString()!, out var parsed) => parsed,
            _ => (Literal?)null,
        };
        return value ?? throw NotAValue(type, json);
    }

    public static void Write(Utf8JsonWriter writer, SingleValue? value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case PrimitiveValue primitive:
                WriteLiteral(writer, primitive.Value);
                break;
            case StructValue structValue:
                writer.WriteStartObject();
                foreach (var (id, field) in structValue.Fields)
                {
                    writer.WritePropertyName(id.ToString(CultureInfo.InvariantCulture));
                    Write(writer, field);
                }

                writer.WriteEndObject();
                break;
            case ListValue list:
                WriteAll(writer, list.Elements);
                break;
            case MapValue map:
                writer.WriteStartObject();
                writer.WritePropertyName("keys");
                WriteAll(writer, map.Keys);
                writer.WritePropertyName("values");
                WriteAll(writer, map.Values);
                writer.WriteEndObject();
                break;
            default:
                throw new System.Diagnostics.UnreachableException(value.GetType().Name);
        }
    }

    public static void WriteLiteral(Utf8JsonWriter writer, Literal value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.TypeId)
        {
            case TypeId.Boolean:
                writer.WriteBooleanValue(value.AsBoolean);
                break;
            case TypeId.Int or TypeId.Long:
                writer.WriteNumberValue(value.AsLong);
                break;
            case TypeId.Float when float.IsFinite(value.AsFloat):
                writer.WriteNumberValue(value.AsFloat);
                break;
            case TypeId.Double when double.IsFinite(value.AsDouble):
                writer.WriteNumberValue(value.AsDouble);
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    private static StructValue ReadStruct(StructType type, JsonElement json)
    {
        var fields = ImmutableSortedDictionary.CreateBuilder<int, SingleValue?>();
        foreach (var property in json.EnumerateObject())
        {
            var field = type.Fields.FirstOrDefault(f => f.Id.ToString(CultureInfo.InvariantCulture) == property.Name)
                ?? throw IcebergException.InvalidValue(
                    $"A struct value has the key '{property.Name}', which is not a field id of {type}.");
            fields[field.Id] = Read(field.Type, property.Value);
        }

        return new StructValue(fields.ToImmutable());
    }

    private static MapValue ReadMap(MapType type, JsonElement json)
    {
        if (!json.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array
            || !json.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() != values.GetArrayLength())
        {
            throw IcebergException.InvalidValue("A map value must be an object with arrays 'keys' and 'values' of one length.");
        }

        return new MapValue(ReadAll(type.KeyType, keys), ReadAll(type.ValueType, values));
    }

    private static ImmutableArray<SingleValue?> ReadAll(IcebergType type, JsonElement array) =>
        [.. array.EnumerateArray().Select(element => Read(type, element))];

    private static void WriteAll(Utf8JsonWriter writer, ImmutableArray<SingleValue?> values)
    {
        writer.WriteStartArray();
        foreach (var value in values)
        {
            Write(writer, value);
        }

        writer.WriteEndArray();
    }

    private static IcebergException NotAValue(IcebergType type, JsonElement json)
    {
        var text = json.GetRawText();
        return IcebergException.InvalidValue($"{(text.Length > 100 ? text[..100] + "..." : text)} is not a JSON value of type {type}.");
    }
}
