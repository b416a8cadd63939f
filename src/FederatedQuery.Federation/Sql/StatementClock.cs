using System.Globalization;
using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Puts one instant in the place of every call of the clock. Without it a condition like <c>ts &lt; now()</c> would be planned with one
/// instant and run with a later one, and a pushed-down condition would select less than the statement asks for.
/// </summary>
internal static class StatementClock
{
    public static void Fix(JsonObject statement, DateTimeOffset now)
    {
        var instant = now.UtcDateTime;
        foreach (var node in statement.SelfAndDescendants().ToList())
        {
            if (CalledClock(node) is { } call && Value(call, instant) is { } value)
            {
                node.ReplaceBy(value);
            }
        }
    }

    /// <summary>The clock function that a node calls; SQL's niladic ones (CURRENT_DATE) stand in the tree as column references.</summary>
    private static string? CalledClock(JsonObject node) => node.Class() switch
    {
        "FUNCTION" when node["children"] is JsonArray { Count: 0 } => node.Text("function_name").ToLowerInvariant(),
        "COLUMN_REF" when node.ColumnNames() is [var name] => name.ToLowerInvariant() is "current_date" or "current_timestamp" or "localtimestamp"
            ? name.ToLowerInvariant()
            : null,
        _ => null,
    };

    private static JsonObject? Value(string function, DateTime instant) => function switch
    {
        "now" or "get_current_timestamp" or "transaction_timestamp" or "current_timestamp" =>
            Literal(instant, "yyyy-MM-dd HH:mm:ss.ffffff+00", "TIMESTAMP WITH TIME ZONE"),
        "today" or "current_date" => Literal(instant, "yyyy-MM-dd", "DATE"),
        "localtimestamp" or "current_localtimestamp" => Literal(instant, "yyyy-MM-dd HH:mm:ss.ffffff", "TIMESTAMP"),
        _ => null,
    };

    private static JsonObject Literal(DateTime instant, string format, string type) =>
        SqlTree.Cast(SqlTree.Constant("VARCHAR", instant.ToString(format, CultureInfo.InvariantCulture)), type);
}
