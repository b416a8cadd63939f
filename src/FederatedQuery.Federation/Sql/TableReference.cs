using System.Text.Json.Nodes;

namespace FederatedQuery.Federation.Sql;

/// <summary>A place in a statement that names a table (not a common table expression).</summary>
/// <param name="Node">The BASE_TABLE node of the syntax tree.</param>
/// <param name="Schema">The namespace as written, or null.</param>
/// <param name="Name">The table as written.</param>
internal sealed record TableReference(JsonObject Node, string? Schema, string Name)
{
    /// <summary>
    /// Conditions that every row of this table must meet to matter to the statement's answer, as written. Those that speak of other
    /// tables too are among them; whoever pushes a condition down takes those he understands and drops the rest.
    /// </summary>
    public List<RowCondition> Conditions { get; } = [];

    /// <summary>
    /// Columns that USING joins with those of another table, which an unqualified name then means. Their values are equal, but not their types:
    /// <c>'05' &lt; '1'</c> where 5 is not below 1.
    /// </summary>
    public HashSet<string> MergedColumns { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The same of NATURAL, where only the tables' columns tell which.</summary>
    public bool IsNaturallyJoined { get; set; }

    public bool MeansAnother(string column) => IsNaturallyJoined || MergedColumns.Contains(column);

    /// <summary>The name under which columns of this table are qualified.</summary>
    public string Alias => Node.Text("alias") is { Length: > 0 } alias ? alias : Name;

    public string QualifiedName => Schema is null ? Name : $"{Schema}.{Name}";
}

/// <summary>A condition over rows of a table.</summary>
/// <param name="Expression">A boolean expression node.</param>
/// <param name="MustRejectNull">
/// True when the table stands on the null-extended side of an outer join: then only conditions that no null-extended row meets may be
/// applied before the join (<c>x IS NULL</c> may not: it would turn matched rows into unmatched ones that pass it).
/// </param>
internal sealed record RowCondition(JsonObject Expression, bool MustRejectNull);
