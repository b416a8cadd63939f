using System.Text.Json.Nodes;
using FederatedQuery.Columns;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Refuses what a statement may not do. The tree is already known to be a SELECT (DuckDB serializes nothing else); what is left to
/// refuse are functions off the allow list, files and functions in FROM, other catalogs, SHOW and DESCRIBE, and what is nested so deeply that
/// planning it would take hours.
/// </summary>
internal static class StatementGuard
{
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.NotAllowed"/>, at the place of the first refused thing.</exception>
    public static void Check(JsonObject statement, string sql)
    {
        NestingLimit.Check(statement, sql);
        foreach (var node in statement.SelfAndDescendants())
        {
            switch (node.Type())
            {
                case "TABLE_FUNCTION":
                    CheckTableFunction(node, sql);
                    break;
                case "SHOW_REF":
                    throw Refuse(sql, node, "SHOW, DESCRIBE and SUMMARIZE are not available; ask the GraphQL fields `tables` and `table` instead.");
                case "BASE_TABLE":
                    CheckBaseTable(node, sql);
                    break;
                case "FUNCTION" when node.Class() == "FUNCTION":
                    CheckFunction(node, sql);
                    break;
                case "OPERATOR_CAST":
                    CheckCast(node, sql);
                    break;
                default:
                    if (node.Class() == "WINDOW")
                    {
                        CheckFunction(node, sql);
                    }

                    break;
            }
        }
    }

    private static void CheckFunction(JsonObject node, string sql)
    {
        var name = node.Text("function_name");
        var schema = node.Text("schema");
        if (node.Text("catalog").Length > 0 || (schema.Length > 0 && schema is not ("main" or "pg_catalog")))
        {
            throw Refuse(sql, node, $"Function '{schema}.{name}' is not available: functions are called by their plain name.");
        }

        if (name.ToLowerInvariant() is "from_json" or "from_json_strict" or "json_transform" or "json_transform_strict")
        {
            CheckJsonStructure(node, sql);
        }

        if (!AllowedFunctions.Contains(name))
        {
            var near = NearNames.Of(name, AllowedFunctions.Names);
            var hint = near.Count == 0 ? "" : $" Did you mean {NearNames.Say(near)}?";
            throw Refuse(sql, node, $"Function '{name}' is not available in queries.{hint}");
        }
    }

    /// <summary>DuckDB reads the structure by recursion, so its depth has to be seen here: it must be written out.</summary>
    private static void CheckJsonStructure(JsonObject node, string sql)
    {
        const int MaximumDepth = 100;
        var depth = (node.Items("children").ElementAtOrDefault(1)?.Child("value")?.Text("value") is { Length: > 0 } structure)
            ? structure.Count(character => character is '[' or '{')
            : int.MaxValue;
        if (depth > MaximumDepth)
        {
            throw Refuse(sql, node, $"The structure of {node.Text("function_name")} must be a constant text with at most {MaximumDepth} brackets.");
        }
    }

    /// <summary>
    /// A cast to VARIANT follows JSON as deep as it goes, by recursion: a text of 200,000 brackets ends the process. The type is looked for anywhere
    /// in the type written: it may stand within a STRUCT or a list.
    /// </summary>
    private static void CheckCast(JsonObject node, string sql)
    {
        if (node["cast_type"]?.ToJsonString().Contains("\"VARIANT\"", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw Refuse(sql, node, "The type VARIANT is not available; use JSON.");
        }
    }

    private static void CheckTableFunction(JsonObject node, string sql)
    {
        var name = node.Child("function")?.Text("function_name") ?? "";
        if (!AllowedFunctions.ContainsTableFunction(name))
        {
            throw Refuse(sql, node.Child("function") ?? node, $"Function '{name}' may not be read from: a query reads registered tables, not files or functions.");
        }
    }

    private static void CheckBaseTable(JsonObject node, string sql)
    {
        if (node.Text("catalog_name") is { Length: > 0 } catalog)
        {
            throw Refuse(sql, node, $"'{catalog}.{node.Text("schema_name")}.{node.Text("table_name")}' names a catalog; tables are named `table` or `namespace.table`.");
        }

        if (node["at_clause"] is JsonObject)
        {
            throw Refuse(sql, node, "AT is not available; use the arguments `asOf`, `snapshotId` or `ref` of `icebergQuery` to read the past.");
        }
    }

    internal static FederatedQueryException Refuse(string sql, JsonObject node, string message) => node.Location() is { } location
        ? FederatedQueryException.At(FailureKind.NotAllowed, message, SqlPosition.OfByte(sql, location))
        : new FederatedQueryException(FailureKind.NotAllowed, message);
}
