using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>Writes values whose GraphQL type says nothing of their shape: the JSON scalar, error and response extensions.</summary>
internal static class JsonValueWriter
{
    /// <exception cref="NotSupportedException">The value is of a CLR type that has no obvious JSON.</exception>
    public static void Write(Utf8JsonBuffer output, object? value)
    {
        switch (value)
        {
            case null: output.WriteNull(); break;
            case string text: output.WriteString(text); break;
            case bool truth: output.WriteBoolean(truth); break;
            case int or long or short or byte or sbyte or ushort or uint: output.WriteNumber(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case ulong number: output.WriteNumber((decimal)number); break;
            case decimal number: output.WriteNumber(number); break;
            case double number when double.IsFinite(number): output.WriteNumber(number); break;
            case float number when float.IsFinite(number): output.WriteNumber(number); break;
            case double or float: output.WriteNull(); break;
            case RawJson raw: output.WriteRaw(raw.Utf8.Span); break;
            case JsonElement element: output.WriteWith(element, static (writer, json) => json.WriteTo(writer)); break;
            case JsonNode node: output.WriteWith(node, static (writer, json) => json.WriteTo(writer)); break;
            case IJsonResult result: output.WriteWith(result, static (writer, json) => json.WriteTo(writer)); break;
            case Guid id: output.WriteQuoted(id, "D"); break;
            case DateTimeOffset moment: Scalars.DateTimeScalar.Instance.TryWrite(output, moment); break;
            case DateTime moment: Scalars.DateTimeScalar.Instance.TryWrite(output, moment); break;
            case DateOnly date: output.WriteQuoted(date, "yyyy-MM-dd"); break;
            case Enum name: output.WriteString(name.ToString()); break;
            case IReadOnlyDictionary<string, object?> map: WriteMap(output, map); break;
            case IDictionary<string, object?> map: WriteMap(output, map); break;
            case IEnumerable list: WriteList(output, list); break;
            default: throw new NotSupportedException($"A value of type '{value.GetType()}' has no JSON: return a JsonElement, RawJson or IJsonResult.");
        }
    }

    private static void WriteMap(Utf8JsonBuffer output, IEnumerable<KeyValuePair<string, object?>> map)
    {
        output.WriteByte((byte)'{');
        var separate = false;
        foreach (var (key, value) in map)
        {
            if (separate)
            {
                output.WriteByte((byte)',');
            }

            separate = true;
            output.WriteString(key);
            output.WriteByte((byte)':');
            Write(output, value);
        }

        output.WriteByte((byte)'}');
    }

    private static void WriteList(Utf8JsonBuffer output, IEnumerable list)
    {
        output.WriteByte((byte)'[');
        var separate = false;
        foreach (var item in list)
        {
            if (separate)
            {
                output.WriteByte((byte)',');
            }

            separate = true;
            Write(output, item);
        }

        output.WriteByte((byte)']');
    }
}
