using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Columns;

/// <summary>What DuckDB calls columns: Iceberg tells names apart by case, DuckDB does not.</summary>
public static class DuckDbNames
{
    /// <summary>
    /// The names of columns in their order. One that differs from a former one by case alone gets a number behind it, as DuckDB itself numbers the columns of
    /// a subquery: <c>user_id</c>, <c>uSeR_Id_1</c>.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<NestedField> columns)
    {
        var taken = new HashSet<string>(columns.Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new List<string>(columns.Count);
        foreach (var column in columns)
        {
            var name = column.Name;
            if (!seen.Add(name))
            {
                for (var number = 1; !taken.Add(name = $"{column.Name}_{number}"); number++)
                {
                }
            }

            names.Add(name);
        }

        return names;
    }
}
