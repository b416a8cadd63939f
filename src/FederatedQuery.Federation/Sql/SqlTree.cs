using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// The syntax tree that DuckDB's <c>json_serialize_sql</c> gives, read by name. Nodes with <c>cte_map</c> are query nodes (SELECT_NODE,
/// SET_OPERATION_NODE, RECURSIVE_CTE_NODE, CTE_NODE); nodes with <c>class</c> are expressions; the rest are table references and modifiers.
/// </summary>
internal static class SqlTree
{
    /// <summary>DuckDB's "no location".</summary>
    private const ulong NoLocation = ulong.MaxValue;

    public static string Text(this JsonNode node, string property) =>
        node[property] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static string Type(this JsonNode node) => node.Text("type");

    public static string Class(this JsonNode node) => node.Text("class");

    public static JsonObject? Child(this JsonNode node, string property) => node[property] as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonNode node, string property) =>
        node[property] is JsonArray items ? items.OfType<JsonObject>() : [];

    /// <summary>The byte offset of the node in the statement, when DuckDB gives one.</summary>
    public static long? Location(this JsonNode node) =>
        node["query_location"] is JsonValue value && value.TryGetValue<ulong>(out var location) && location != NoLocation
            ? (long)location
            : null;

    public static bool IsQueryNode(this JsonObject node) => node.ContainsKey("cte_map");

    public static bool IsColumnReference(this JsonObject node) => node.Class() == "COLUMN_REF";

    public static IReadOnlyList<string> ColumnNames(this JsonObject node) =>
        [.. ((JsonArray)node["column_names"]!).Select(name => name!.GetValue<string>())];

    /// <summary>The node and all below it, parents first. Without recursion: trees are as deep as their writer pleases.</summary>
    public static IEnumerable<JsonObject> SelfAndDescendants(this JsonNode? node)
    {
        var open = new Stack<JsonNode?>([node]);
        while (open.TryPop(out var next))
        {
            if (next is JsonObject item)
            {
                yield return item;
            }

            foreach (var child in Children(next).Reverse())
            {
                open.Push(child);
            }
        }
    }

    /// <summary>Objects and arrays directly below an object or array.</summary>
    public static IEnumerable<JsonNode> Children(this JsonNode? node) => node switch
    {
        JsonObject item => item.Select(property => property.Value).Where(child => child is JsonObject or JsonArray).Select(child => child!),
        JsonArray items => items.Where(child => child is JsonObject or JsonArray).Select(child => child!),
        _ => [],
    };

    public static JsonObject Constant(string type, JsonNode? value) => new()
    {
        ["class"] = "CONSTANT",
        ["type"] = "VALUE_CONSTANT",
        ["alias"] = "",
        ["value"] = value is null
            ? new JsonObject { ["type"] = new JsonObject { ["id"] = "NULL", ["type_info"] = null }, ["is_null"] = true }
            : new JsonObject
            {
                ["type"] = new JsonObject { ["id"] = type, ["type_info"] = null },
                ["is_null"] = false,
                ["value"] = value,
            },
    };

    public static JsonObject Cast(JsonObject child, string type) => new()
    {
        ["class"] = "CAST",
        ["type"] = "OPERATOR_CAST",
        ["alias"] = "",
        ["child"] = child,
        ["cast_type"] = new JsonObject { ["id"] = type, ["type_info"] = null },
        ["try_cast"] = false,
    };

    /// <summary>Takes over all members of another node, which is left empty; this node's own go.</summary>
    public static void Become(this JsonObject node, JsonObject replacement)
    {
        node.Clear();
        foreach (var (name, value) in replacement.ToList())
        {
            replacement.Remove(name);
            node[name] = value;
        }
    }

    /// <summary>Puts another expression in the place of this one, keeping its alias and place in the text.</summary>
    public static void ReplaceBy(this JsonObject node, JsonObject replacement)
    {
        var (alias, location) = (node["alias"]?.DeepClone(), node["query_location"]?.DeepClone());
        node.Become(replacement);
        node["alias"] = alias ?? "";
        if (location is not null)
        {
            node["query_location"] = location;
        }
    }
}
