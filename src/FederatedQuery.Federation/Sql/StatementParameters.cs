using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Puts the values of <c>parameters</c> in the place of <c>?</c>, <c>$1</c> and <c>$name</c>, as constants of the tree (never as text).
/// An array gives positional values, an object named ones. A string takes the type of what it is compared with, as a quoted literal would.
/// </summary>
internal static class StatementParameters
{
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>: missing, unused or unusable values.</exception>
    public static void Bind(JsonObject statement, JsonNode? parameters)
    {
        var values = Values(parameters);
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var node in statement.SelfAndDescendants().Where(node => node.Class() == "PARAMETER").ToList())
        {
            var name = node.Text("identifier");
            if (!values.TryGetValue(name, out var value))
            {
                throw Bad($"Parameter '${name}' has no value: `parameters` gives {Say(values.Keys)}.");
            }

            used.Add(name);
            node.ReplaceBy(Literal(name, value));
        }

        var unused = values.Keys.Where(name => !used.Contains(name)).ToList();
        if (unused.Count > 0)
        {
            throw Bad($"`parameters` gives {Say(unused)}, which the statement does not use.");
        }

        if (statement["named_param_map"] is JsonArray)
        {
            statement["named_param_map"] = new JsonArray();
        }
    }

    private static Dictionary<string, JsonNode?> Values(JsonNode? parameters) => parameters switch
    {
        null => new(StringComparer.OrdinalIgnoreCase),
        JsonArray items => items.Select((value, index) => ((index + 1).ToString(CultureInfo.InvariantCulture), value))
            .ToDictionary(pair => pair.Item1, pair => pair.value, StringComparer.OrdinalIgnoreCase),
        JsonObject items => new(items, StringComparer.OrdinalIgnoreCase),
        _ => throw Bad("`parameters` must be a JSON array (for ? and $1) or a JSON object (for $name)."),
    };

    private static JsonObject Literal(string name, JsonNode? value)
    {
        switch (value)
        {
            case null:
                return SqlTree.Constant("NULL", null);
            case JsonArray items:
                var list = new JsonArray();
                foreach (var item in items)
                {
                    list.Add(Literal(name, item));
                }

                return Function("list_value", list);
            case JsonObject item:
                return SqlTree.Cast(SqlTree.Constant("VARCHAR", item.ToJsonString()), "JSON");
        }

        return value.GetValueKind() switch
        {
            JsonValueKind.String => SqlTree.Constant("VARCHAR", value.GetValue<string>()),
            JsonValueKind.True or JsonValueKind.False => SqlTree.Constant("BOOLEAN", value.GetValueKind() == JsonValueKind.True),
            JsonValueKind.Number => Number(name, value.ToJsonString()),
            var kind => throw Bad($"Parameter '${name}' is a {kind}, which SQL has no value for."),
        };
    }

    private static JsonObject Number(string name, string text)
    {
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var small))
        {
            return SqlTree.Constant("INTEGER", small);
        }

        if (long.TryParse(text, CultureInfo.InvariantCulture, out var large))
        {
            return SqlTree.Constant("BIGINT", large);
        }

        // Anything else keeps all its digits: DuckDB reads the text as it reads a literal.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? SqlTree.Cast(SqlTree.Constant("VARCHAR", text), NumberType(text))
            : throw Bad($"Parameter '${name}' is not a number that SQL can hold: {text}.");
    }

    private static string NumberType(string text) =>
        text.AsSpan().ContainsAny("eE.") ? "DOUBLE" : "HUGEINT";

    private static JsonObject Function(string name, JsonArray children) => new()
    {
        ["class"] = "FUNCTION",
        ["type"] = "FUNCTION",
        ["alias"] = "",
        ["function_name"] = name,
        ["schema"] = "main",
        ["children"] = children,
        ["filter"] = null,
        ["order_bys"] = new JsonObject { ["type"] = "ORDER_MODIFIER", ["orders"] = new JsonArray() },
        ["distinct"] = false,
        ["is_operator"] = false,
        ["export_state"] = false,
        ["catalog"] = "",
    };

    private static string Say(IEnumerable<string> names) =>
        string.Join(", ", names.Select(name => $"'${name}'")) is { Length: > 0 } said ? said : "none";

    private static FederatedQueryException Bad(string message) => new(FailureKind.BadArgument, message);
}
