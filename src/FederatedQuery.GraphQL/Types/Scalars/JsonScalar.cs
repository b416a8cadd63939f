using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>
/// Any JSON value. Resolvers get a <see cref="JsonElement"/>; they may return one, a <see cref="JsonNode"/>, <see cref="RawJson"/>,
/// <see cref="IJsonResult"/>, <see cref="IJsonStream"/>, or dictionaries, lists and simple values.
/// </summary>
public sealed class JsonScalar : ScalarType
{
    /// <summary>How deep documents may be is the parser's to say.</summary>
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private JsonScalar()
        : base("JSON")
    {
    }

    public static JsonScalar Instance { get; } = new() { Description = "Any JSON value." };

    public override bool TryWrite(Utf8JsonBuffer output, object value)
    {
        JsonValueWriter.Write(output, value);
        return true;
    }

    public override bool TryParseLiteral(ValueNode literal, [NotNullWhen(true)] out object? value, out string? error)
    {
        using var buffer = new Utf8JsonBuffer();
        value = null;
        if (!TryWriteLiteral(buffer, literal, out error))
        {
            return false;
        }

        value = JsonElement.Parse(buffer.WrittenSpan, AnyDepth);
        return true;
    }

    public override bool TryParseValue(JsonElement json, [NotNullWhen(true)] out object? value, out string? error)
    {
        value = json;
        error = null;
        return true;
    }

    private static bool TryWriteLiteral(Utf8JsonBuffer output, ValueNode literal, out string? error)
    {
        error = null;
        var separate = false;
        switch (literal)
        {
            case NullValueNode: output.WriteNull(); return true;
            case BooleanValueNode boolean: output.WriteBoolean(boolean.Value); return true;
            case IntValueNode number: output.WriteRaw(System.Text.Encoding.ASCII.GetBytes(number.Value)); return true;
            case FloatValueNode number: output.WriteRaw(System.Text.Encoding.ASCII.GetBytes(number.Value)); return true;
            case StringValueNode text: output.WriteString(text.Value); return true;
            case EnumValueNode name: output.WriteString(name.Value); return true;
            case ListValueNode list:
                output.WriteByte((byte)'[');
                foreach (var item in list.Values)
                {
                    Separate(output, ref separate);
                    if (!TryWriteLiteral(output, item, out error))
                    {
                        return false;
                    }
                }

                output.WriteByte((byte)']');
                return true;
            case ObjectValueNode fields:
                output.WriteByte((byte)'{');
                foreach (var field in fields.Fields)
                {
                    Separate(output, ref separate);
                    output.WriteString(field.Name);
                    output.WriteByte((byte)':');
                    if (!TryWriteLiteral(output, field.Value, out error))
                    {
                        return false;
                    }
                }

                output.WriteByte((byte)'}');
                return true;
            default:
                error = $"JSON cannot represent value: {literal}";
                return false;
        }
    }

    private static void Separate(Utf8JsonBuffer output, ref bool separate)
    {
        if (separate)
        {
            output.WriteByte((byte)',');
        }

        separate = true;
    }
}
