using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Says comparisons of a column with a constant by <c>IS [NOT] DISTINCT FROM</c> in other words where rows are selected: beside another comparison in an OR, DuckDB (1.5) takes <c>IS DISTINCT FROM</c> for false of
/// null where a column's statistics know of no other value that satisfies it, and leaves rows out.
/// </summary>
internal static class DistinctFrom
{
    /// <summary>Where a tree has conditions: WHERE, HAVING, QUALIFY, joins' ON.</summary>
    private static readonly string[] Conditions = ["where_clause", "having", "qualify", "condition"];

    public static void Rewrite(JsonObject statement)
    {
        var comparisons = statement.SelfAndDescendants()
            .SelectMany(node => Conditions.Select(name => node.Child(name)).OfType<JsonObject>())
            .SelectMany(condition => condition.SelfAndDescendants())
            .Where(node => node.Type() is "COMPARE_DISTINCT_FROM" or "COMPARE_NOT_DISTINCT_FROM" && IsColumnAndConstant(node))
            .Distinct()
            .ToList();
        foreach (var node in comparisons)
        {
            var comparison = node.Type() == "COMPARE_DISTINCT_FROM" ? "COMPARE_NOTEQUAL" : "COMPARE_EQUAL";
            var (left, right) = (node.Child("left")!, node.Child("right")!);
            node.Become(Operator("OPERATOR_COALESCE", Comparison(left, right), Comparison(IsNull(left), IsNull(right))));

            JsonObject Comparison(JsonObject one, JsonObject other) => new()
            {
                ["class"] = "COMPARISON",
                ["type"] = comparison,
                ["alias"] = "",
                ["left"] = one.DeepClone(),
                ["right"] = other.DeepClone(),
            };
        }
    }

    private static bool IsColumnAndConstant(JsonObject node) => node.Child("left") is { } left && node.Child("right") is { } right
        && ((IsColumn(left) && IsConstant(right)) || (IsConstant(left) && IsColumn(right)));

    private static bool IsColumn(JsonObject node) => node.IsColumnReference() || (node.Class() == "CAST" && node.Child("child") is { } child && IsColumn(child));

    private static bool IsConstant(JsonObject node) =>
        node.Class() is "CONSTANT" or "PARAMETER" || (node.Class() == "CAST" && node.Child("child") is { } child && IsConstant(child));

    private static JsonObject IsNull(JsonObject node) => Operator("OPERATOR_IS_NULL", node.DeepClone());

    private static JsonObject Operator(string type, params ReadOnlySpan<JsonNode> children) => new()
    {
        ["class"] = "OPERATOR",
        ["type"] = type,
        ["alias"] = "",
        ["children"] = new JsonArray([.. children]),
    };
}
