using System.Text.Json.Nodes;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Which columns of its tables a statement may read, so that the others need not be fetched. Told by names alone: a column counts as read when its
/// name stands anywhere in the statement, and all count where columns can be meant without being named.
/// </summary>
internal sealed class ColumnUse
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _rows = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _isAll;

    private ColumnUse(bool isAll) => _isAll = isAll;

    /// <summary>Of a statement of which nothing is known: all columns.</summary>
    public static ColumnUse All { get; } = new(isAll: true);

    /// <param name="statement">As written, before scans take the place of tables.</param>
    public static ColumnUse Of(JsonObject statement)
    {
        var use = new ColumnUse(isAll: false);
        foreach (var node in statement.SelfAndDescendants())
        {
            if (MeansUnnamedColumns(node))
            {
                return All;
            }

            use.AddTexts(node);
            if (node.IsColumnReference())
            {
                use._rows.Add(node.ColumnNames()[^1]);
            }
        }

        return use;
    }

    /// <summary>The columns of a table that the statement may read; one of them where it reads none, since its rows may count all the same.</summary>
    /// <param name="columns">All of the table.</param>
    public IReadOnlyList<NestedField> Restrict(IReadOnlyList<NestedField> columns, TableReference reference)
    {
        // A table's name in the place of a column is the whole row; names given by place rename all columns; names that
        // differ by case alone get others, which the others decide.
        if (_isAll || _rows.Contains(reference.Alias) || reference.Node["column_name_alias"] is JsonArray { Count: > 0 }
            || columns.Zip(DuckDbNames.Of(columns)).Any(column => column.First.Name != column.Second))
        {
            return columns;
        }

        var used = columns.Where(field => _names.Contains(field.Name)).ToList();
        if (used.Count == 0 && columns.Count > 0)
        {
            used.Add(columns.FirstOrDefault(field => field.Type is { TypeId: <= TypeId.TimestamptzNs }) ?? columns[0]);
        }

        return used;
    }

    private static bool MeansUnnamedColumns(JsonObject node) =>
        node.Class() is "STAR" or "POSITIONAL_REFERENCE" || node.Type() is "PIVOT" or "SHOW_REF" || node.Text("ref_type") == "NATURAL";

    /// <summary>Names of columns, joined columns and everything else: too many are no harm.</summary>
    private void AddTexts(JsonObject node)
    {
        foreach (var (_, child) in node)
        {
            Add(child);
            if (child is JsonArray items)
            {
                foreach (var item in items)
                {
                    Add(item);
                }
            }
        }
    }

    private void Add(JsonNode? node)
    {
        if (node is JsonValue value && value.TryGetValue<string>(out var text))
        {
            _names.Add(text);
        }
    }
}
