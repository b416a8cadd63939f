using System.Text.Json.Nodes;
using FederatedQuery.DuckDb;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Gives unnamed columns that hold subqueries the name that DuckDB would give them: the text of the expression as it was written, not of what
/// the scans make of it.
/// </summary>
internal static class ResultNames
{
    private const string Select = "SELECT ";

    /// <summary>Call it before any table is replaced by its scan.</summary>
    public static async Task KeepAsync(DuckDBConnection connection, JsonObject statement, CancellationToken cancellationToken)
    {
        foreach (var item in statement.SelfAndDescendants().SelectMany(query => query.Items("select_list")).Where(IsUnnamedSubquery).ToList())
        {
            item["alias"] = await NameAsync(connection, item, cancellationToken);
        }
    }

    private static bool IsUnnamedSubquery(JsonObject item) =>
        item.Text("alias").Length == 0 && item.Class() != "STAR" && item.SelfAndDescendants().Any(node => node.Class() == "SUBQUERY");

    private static async Task<string> NameAsync(DuckDBConnection connection, JsonObject item, CancellationToken cancellationToken)
    {
        var alone = await SqlStatement.ParseAsync(connection, Select + "1", cancellationToken);
        ((JsonArray)alone.Tree["node"]!["select_list"]!)[0] = item.DeepClone();
        var sql = await SqlStatement.ToSqlAsync(connection, alone.Tree, cancellationToken);
        return sql[Select.Length..];
    }
}
