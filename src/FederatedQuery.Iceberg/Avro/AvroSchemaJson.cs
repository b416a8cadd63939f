using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>Avro schemas as JSON (Avro specification: Schema Declaration), attributes that Avro does not know kept.</summary>
public static class AvroSchemaJson
{
    /// <summary>Deeper schemas are refused; JSON and decoder both recurse.</summary>
    public const int MaxDepth = 64;

    /// <exception cref="IcebergException">InvalidFile: the text is no Avro schema.</exception>
    public static AvroSchema Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth * 2 });
            using var document = JsonDocument.ParseValue(ref reader);
            return new AvroSchemaParser().Parse(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what System.Text.Json throws for bytes that are not UTF-8, lone surrogates and values of another kind than asked for.
            throw new IcebergException(IcebergErrorKind.InvalidFile, $"The Avro schema is not valid JSON: {exception.Message}", exception);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static AvroSchema Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    public static string Write(AvroSchema schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth * 4 }))
        {
            new SchemaPrinter(writer).Write(schema, enclosingNamespace: "");
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    internal static string NameOf(AvroType type) => type switch
    {
        AvroType.Null => "null",
        AvroType.Boolean => "boolean",
        AvroType.Int => "int",
        AvroType.Long => "long",
        AvroType.Float => "float",
        AvroType.Double => "double",
        AvroType.Bytes => "bytes",
        AvroType.String => "string",
        AvroType.Record => "record",
        AvroType.Enum => "enum",
        AvroType.Array => "array",
        AvroType.Map => "map",
        AvroType.Union => "union",
        AvroType.Fixed => "fixed",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>A named type is written in full where it comes first and by name after that.</summary>
    private sealed class SchemaPrinter(Utf8JsonWriter writer)
    {
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);

        public void Write(AvroSchema schema, string enclosingNamespace)
        {
            switch (schema)
            {
                case AvroUnionSchema union:
                    writer.WriteStartArray();
                    foreach (var branch in union.Branches)
                    {
                        Write(branch, enclosingNamespace);
                    }

                    writer.WriteEndArray();
                    break;
                case AvroPrimitiveSchema { Attributes.Items.Count: 0 }:
                    writer.WriteStringValue(NameOf(schema.Type));
                    break;
                case AvroNamedSchema named when !_written.Add(named.FullName):
                    writer.WriteStringValue(named.FullName);
                    break;
                default:
                    WriteObject(schema, enclosingNamespace);
                    break;
            }
        }

        private void WriteObject(AvroSchema schema, string enclosingNamespace)
        {
            writer.WriteStartObject();
            writer.WriteString("type", NameOf(schema.Type));
            if (schema is AvroNamedSchema named)
            {
                var dot = named.FullName.LastIndexOf('.');
                var ownNamespace = dot < 0 ? "" : named.FullName[..dot];
                writer.WriteString("name", named.FullName[(dot + 1)..]);
                if (ownNamespace != enclosingNamespace)
                {
                    writer.WriteString("namespace", ownNamespace);
                }

                enclosingNamespace = ownNamespace;
            }

            WriteAttributes(schema.Attributes);
            switch (schema)
            {
                case AvroRecordSchema record:
                    writer.WriteStartArray("fields");
                    foreach (var field in record.Fields)
                    {
                        WriteField(field, enclosingNamespace);
                    }

                    writer.WriteEndArray();
                    break;
                case AvroEnumSchema symbols:
                    writer.WriteStartArray("symbols");
                    foreach (var symbol in symbols.Symbols)
                    {
                        writer.WriteStringValue(symbol);
                    }

                    writer.WriteEndArray();
                    break;
                case AvroFixedSchema fixedSchema:
                    writer.WriteNumber("size", fixedSchema.Size);
                    break;
                case AvroArraySchema array:
                    writer.WritePropertyName("items");
                    Write(array.Items, enclosingNamespace);
                    break;
                case AvroMapSchema map:
                    writer.WritePropertyName("values");
                    Write(map.Values, enclosingNamespace);
                    break;
            }

            writer.WriteEndObject();
        }

        private void WriteField(AvroField field, string enclosingNamespace)
        {
            writer.WriteStartObject();
            writer.WriteString("name", field.Name);
            writer.WritePropertyName("type");
            Write(field.Schema, enclosingNamespace);
            if (field.Default is { } value)
            {
                writer.WritePropertyName("default");
                value.WriteTo(writer);
            }

            WriteAttributes(field.Attributes);
            writer.WriteEndObject();
        }

        private void WriteAttributes(AvroAttributes attributes)
        {
            foreach (var (name, value) in attributes.Items)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }
    }
}
