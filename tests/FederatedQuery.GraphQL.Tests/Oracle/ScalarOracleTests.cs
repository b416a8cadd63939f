using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.GraphQL.Types.Serialization;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>The five scalars of the specification take and give the values that graphql-js takes and gives.</summary>
public class ScalarOracleTests
{
    /// <summary>
    /// What JavaScript makes of them and we do not: blank text is no number, nor is hexadecimal; and an ID may have more digits than a double.
    /// </summary>
    private static readonly string[] Quirks = ["Int result \" \"", "Int result \"0x10\"", "Float result \" \"", "Float result \"0x10\"", "ID input 9007199254740993"];

    /// <summary>JSON in which no number has more digits than a double, and no exponent that JSON and .NET write differently.</summary>
    private static readonly string[] Values =
    [
        "0", "-0", "1", "-1", "1.0", "1e2", "-5E-1", "0.1", "1.5", "123456789.25", "2147483647", "2147483648", "-2147483648", "-2147483649", "2147483647.5", "9007199254740991", "9007199254740993", "-9007199254740991", "1e15",
        "true", "false", "\"\"", "\" \"", "\"a\"", "\"1\"", "\"-1\"", "\"1.0\"", "\"1.5\"", "\"1e3\"", "\"2147483648\"", "\"1a\"", "\"0x10\"", "\"true\"", "\"false\"", "\"null\"", "\"é 𝄞 \\u2028\"", "\"1,000\"", "\"NaN\"", "\"Infinity\"", "\"-\"",
        "[]", "[1]", "[\"a\"]", "{}", "{\"a\":1}",
    ];

    private static readonly string[] Literals =
    [
        .. Values.Where(value => value[0] is not ('{' or '"')), "\"\"", "\"a\"", "\"1\"", "\"\"\"block\"\"\"", "\"\\u00e9\"", "ENUM", "null", "{}", "{a: 1}",
        "100000000000000000000", "-0.0", "1E5", "1e-7", "123456789012345678901234567890",
    ];

    [Fact]
    public async Task Coerce_ManyValues_AsGraphQLJs()
    {
        var input = new JsonObject { ["results"] = Parsed(Values), ["inputs"] = Parsed(Values), ["literals"] = new JsonArray([.. Literals.Select(text => JsonValue.Create(text))]) };
        var theirs = JsonElement.Parse(await NodeScript.RunAsync("scalars.js", input.ToJsonString()));

        var differences = new List<string>();
        foreach (var scalar in BuiltInScalars.Specified)
        {
            var table = theirs.GetProperty(scalar.Name);
            Compare(scalar, "result", Values, table.GetProperty("results"), text => Write(scalar, ToClr(JsonElement.Parse(text))), differences);
            Compare(scalar, "input", Values, table.GetProperty("inputs"), text => scalar.TryParseValue(JsonElement.Parse(text), out var value, out _) ? Write(scalar, value) : null, differences);
            Compare(scalar, "literal", Literals, table.GetProperty("literals"), text => scalar.TryParseLiteral(Utf8Parser.ParseConstValue(text), out var value, out _) ? Write(scalar, value) : null, differences);
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static JsonArray Parsed(IEnumerable<string> values) => new([.. values.Select(text => JsonNode.Parse(text))]);

    private static void Compare(ScalarType scalar, string what, string[] texts, JsonElement expected, Func<string, string?> coerce, List<string> differences)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            var theirs = expected[i].TryGetProperty("value", out var value) ? value.GetRawText() : null;
            var ours = coerce(texts[i]);
            var same = theirs is null || ours is null ? theirs == ours : JsonElement.DeepEquals(JsonElement.Parse(theirs), JsonElement.Parse(ours));
            if (same == Quirks.Contains($"{scalar.Name} {what} {texts[i]}"))
            {
                differences.Add($"{scalar.Name} {what} {texts[i]}: graphql-js {theirs ?? "refuses"}, ours {ours ?? "refuses"}");
            }
        }
    }

    private static string? Write(ScalarType scalar, object value)
    {
        using var buffer = new Utf8JsonBuffer();
        return scalar.TryWrite(buffer, value) ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
    }

    private static object ToClr(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.TryGetInt32(out var small) ? small : json.GetDouble(),
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Array => json.EnumerateArray().Select(ToClr).ToArray(),
        _ => new Dictionary<string, object?>(),
    };
}
