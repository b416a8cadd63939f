using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Finds the tables that a statement reads, with the conditions on each. Names of common table expressions hide tables within their
/// scope, as in SQL: a CTE sees those before it (itself too when recursive), the query node below it sees all.
/// </summary>
internal static class TableReferenceFinder
{
    public static IReadOnlyList<TableReference> Find(JsonObject statement)
    {
        var found = new List<TableReference>();
        Visit(statement, [], found);
        return found;
    }

    private static void Visit(JsonNode? node, HashSet<string> commonTables, List<TableReference> found)
    {
        switch (node)
        {
            case JsonObject item when item.IsQueryNode():
                VisitQuery(item, commonTables, found);
                break;
            case JsonObject item when item.Type() == "BASE_TABLE":
                AddReference(item, commonTables, found);
                break;
            case JsonObject item:
                foreach (var (_, child) in item)
                {
                    Visit(child, commonTables, found);
                }

                break;
            case JsonArray items:
                foreach (var child in items)
                {
                    Visit(child, commonTables, found);
                }

                break;
        }
    }

    private static void VisitQuery(JsonObject query, HashSet<string> outerTables, List<TableReference> found)
    {
        var scope = new HashSet<string>(outerTables, StringComparer.OrdinalIgnoreCase);
        if (query.Type() == "RECURSIVE_CTE_NODE")
        {
            scope.Add(query.Text("cte_name"));
        }

        foreach (var entry in query.Child("cte_map")?.Items("map") ?? [])
        {
            Visit(entry["value"], scope, found);
            scope.Add(entry.Text("key"));
        }

        var before = found.Count;
        foreach (var (name, child) in query)
        {
            if (name != "cte_map")
            {
                Visit(child, scope, found);
            }
        }

        if (query.Type() == "SELECT_NODE")
        {
            JoinTree.AddConditions(query, [.. found.Skip(before)]);
        }
    }

    private static void AddReference(JsonObject node, HashSet<string> commonTables, List<TableReference> found)
    {
        var (catalog, schema, name) = (node.Text("catalog_name"), node.Text("schema_name"), node.Text("table_name"));
        if (catalog.Length == 0 && schema.Length == 0 && commonTables.Contains(name))
        {
            return;
        }

        found.Add(new TableReference(node, schema.Length == 0 ? null : schema, name));
    }
}
