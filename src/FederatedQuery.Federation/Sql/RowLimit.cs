using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>Gives a statement the LIMIT that it lacks.</summary>
internal static class RowLimit
{
    /// <summary>The LIMIT of a statement that aggregates nothing and sets none itself.</summary>
    public const int Default = 1_000;

    /// <summary>
    /// Makes the statement give at most one row more than the limit, so that its reader can tell whether it was cut. Null when the
    /// statement keeps its own LIMIT, or aggregates and no limit was asked for.
    /// </summary>
    public static int? Apply(JsonObject statement, int? asked)
    {
        var query = statement.Child("node")!;
        var hasOwn = query.Items("modifiers").Any(modifier => modifier.Type() is "LIMIT_MODIFIER" or "LIMIT_PERCENT_MODIFIER");
        if (asked is null && (hasOwn || IsAggregate(query)))
        {
            return null;
        }

        var limit = asked ?? Default;
        var outer = hasOwn ? Wrap(statement, query) : query;
        ((JsonArray)outer["modifiers"]!).Add(new JsonObject
        {
            ["type"] = "LIMIT_MODIFIER",
            ["limit"] = SqlTree.Constant("BIGINT", (long)limit + 1),
            ["offset"] = null,
        });
        return limit;
    }

    private static bool IsAggregate(JsonObject query) =>
        query.Type() == "SELECT_NODE"
        && (query["group_expressions"] is JsonArray { Count: > 0 }
            || query["group_sets"] is JsonArray { Count: > 0 }
            || query.Items("select_list").Any(ContainsAggregate));

    /// <summary>Aggregates of subqueries and of window expressions do not make their statement one.</summary>
    private static bool ContainsAggregate(JsonObject expression) => expression.Class() switch
    {
        "SUBQUERY" or "WINDOW" => false,
        "FUNCTION" when AllowedFunctions.IsAggregate(expression.Text("function_name")) => true,
        _ => expression.Any(property => property.Value switch
        {
            JsonObject child => ContainsAggregate(child),
            JsonArray children => children.OfType<JsonObject>().Any(ContainsAggregate),
            _ => false,
        }),
    };

    /// <summary>SELECT * FROM (the statement): a second LIMIT beside the statement's own.</summary>
    private static JsonObject Wrap(JsonObject statement, JsonObject query)
    {
        statement["node"] = null;
        var outer = SelectAll(new JsonObject
        {
            ["type"] = "SUBQUERY",
            ["alias"] = "statement",
            ["sample"] = null,
            ["subquery"] = new JsonObject { ["node"] = query, ["named_param_map"] = new JsonArray() },
            ["column_name_alias"] = new JsonArray(),
        });
        statement["node"] = outer;
        return outer;
    }

    private static JsonObject SelectAll(JsonObject from) => new()
    {
        ["type"] = "SELECT_NODE",
        ["modifiers"] = new JsonArray(),
        ["cte_map"] = new JsonObject { ["map"] = new JsonArray() },
        ["select_list"] = new JsonArray(new JsonObject
        {
            ["class"] = "STAR",
            ["type"] = "STAR",
            ["alias"] = "",
            ["relation_name"] = "",
            ["exclude_list"] = new JsonArray(),
            ["replace_list"] = new JsonArray(),
            ["columns"] = false,
            ["expr"] = null,
            ["qualified_exclude_list"] = new JsonArray(),
            ["rename_list"] = new JsonArray(),
        }),
        ["from_table"] = from,
        ["where_clause"] = null,
        ["group_expressions"] = new JsonArray(),
        ["group_sets"] = new JsonArray(),
        ["aggregate_handling"] = "STANDARD_HANDLING",
        ["having"] = null,
        ["sample"] = null,
        ["qualify"] = null,
    };
}
