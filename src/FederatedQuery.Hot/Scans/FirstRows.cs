using System.Globalization;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>A column that rows are ordered by: nulls last ascending, first descending, text by code point, NaN above all numbers.</summary>
public readonly record struct HotOrder(string Column, bool Descending);

/// <summary>The first rows in an order.</summary>
/// <param name="Order">As far as it can be said; at least one column.</param>
/// <param name="IsWhole">False: there is more to the order, so that rows equal by what is said of it are all wanted, as long as one of them is.</param>
/// <param name="Count">How many; 1 or more.</param>
public sealed record FirstRows(IReadOnlyList<HotOrder> Order, bool IsWhole, long Count)
{
    /// <returns>ORDER BY and LIMIT; empty where the order cannot be said at all.</returns>
    internal string ToSql(PostgresTable table)
    {
        var terms = new List<string>();
        foreach (var (name, descending) in Order)
        {
            if (table.FindColumn(name) is not { Field.Type: PrimitiveType } column)
            {
                break;
            }

            // PostgreSQL's own order of nulls, and that of its indexes.
            terms.Add($"{PredicateSql.Ordered(column)}{(descending ? " DESC" : "")}");
        }

        if (terms.Count == 0)
        {
            return "";
        }

        var count = Count.ToString(CultureInfo.InvariantCulture);
        return $" ORDER BY {string.Join(", ", terms)} " + (IsWhole && terms.Count == Order.Count ? $"LIMIT {count}" : $"FETCH FIRST {count} ROWS WITH TIES");
    }
}
