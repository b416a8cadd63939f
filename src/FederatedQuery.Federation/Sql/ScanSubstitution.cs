using System.Text.Json.Nodes;
using FederatedQuery.DuckDb;

namespace FederatedQuery.Federation.Sql;

/// <summary>Puts the scan of a table in the place of its name.</summary>
internal static class ScanSubstitution
{
    /// <param name="connection">Parses the scan.</param>
    /// <param name="reference">The place; its alias stays, and its name becomes one where it had none.</param>
    /// <param name="select">The SELECT that gives the table's rows.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    public static async Task ApplyAsync(DuckDBConnection connection, TableReference reference, string select, CancellationToken cancellationToken)
    {
        var scan = await SqlStatement.ParseAsync(connection, select, cancellationToken);
        var node = reference.Node;
        var replacement = new JsonObject
        {
            ["type"] = "SUBQUERY",
            ["alias"] = reference.Alias,
            ["sample"] = node["sample"]?.DeepClone(),
            ["subquery"] = scan.Tree.DeepClone(),
            ["column_name_alias"] = node["column_name_alias"]?.DeepClone() ?? new JsonArray(),
        };
        node.Become(replacement);
    }

    /// <summary>
    /// Columns qualified by namespace and table (<c>iceberg_db.sales.amount</c>) keep the table alone: in its place stands a subquery, whose
    /// name has no namespace.
    /// </summary>
    public static void Unqualify(JsonObject statement, IEnumerable<TableReference> references)
    {
        var names = references.Where(reference => reference.Schema is not null)
            .Select(reference => (Schema: reference.Schema!, reference.Alias))
            .ToHashSet();
        if (names.Count == 0)
        {
            return;
        }

        foreach (var node in statement.SelfAndDescendants().Where(node => node.IsColumnReference()))
        {
            if (node.ColumnNames() is [var schema, var table, _, ..]
                && names.Any(name => name.Schema.Equals(schema, StringComparison.OrdinalIgnoreCase) && name.Alias.Equals(table, StringComparison.OrdinalIgnoreCase)))
            {
                ((JsonArray)node["column_names"]!).RemoveAt(0);
            }
        }
    }
}
