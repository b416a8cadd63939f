using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>A column that rows are ordered by: nulls last ascending, first descending, text by code point, NaN above all numbers.</summary>
public readonly record struct HotOrder(string Column, bool Descending);

/// <summary>The first rows in an order.</summary>
/// <param name="Order">As far as it can be said; at least one column.</param>
/// <param name="IsWhole">False: there is more to the order, so that rows equal by what is said of it are all wanted, as long as one of them is.</param>
/// <param name="Count">How many, 1 or more; null: all, which takes an order that is whole.</param>
public sealed record FirstRows(IReadOnlyList<HotOrder> Order, bool IsWhole, long? Count)
{
    /// <summary>Not of all rows together, but of those of each value; null: of all together.</summary>
    public EachValue? Each { get; init; }

    /// <summary>False where the order has no beginning that PostgreSQL knows, or a value is none of its.</summary>
    internal bool CanBeSaid(PostgresTable table) =>
        Terms(table).Count > 0 && (Count is not null || (IsWhole && IsSaidWhole(table))) && (Each is null || (Each.Columns.All(name => table.FindColumn(name) is { Field.Type: PrimitiveType }) && Each.Values.All(values => values.All(value => SqlLiteral.Of(value) is not null))));

    /// <summary>Whether PostgreSQL can be told the whole of <see cref="Order"/>.</summary>
    internal bool IsSaidWhole(PostgresTable table) => Terms(table).Count == Order.Count;

    /// <param name="list">What is selected.</param>
    /// <param name="source">Where from.</param>
    /// <param name="where">The condition with its WHERE; empty: none.</param>
    /// <param name="table">Whose columns.</param>
    internal string Select(string list, string source, string where, PostgresTable table)
    {
        var terms = Terms(table);
        var count = Count?.ToString(CultureInfo.InvariantCulture);
        var first = $"ORDER BY {string.Join(", ", terms)}"
            + (count is null ? "" : IsWhole && terms.Count == Order.Count ? $" LIMIT {count}" : $" FETCH FIRST {count} ROWS WITH TIES");
        if (Each is null)
        {
            return $"SELECT {list} FROM {source}{where} {first}";
        }

        // For each value a scan of its own, which an index on the column and the order serves.
        var values = string.Join(", ", Each.Values.Select(parts => $"({string.Join(", ", parts.Select(SqlLiteral.Of))})"));
        var names = Each.Columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"value{i}")).ToList();
        var condition = string.Join(" AND ", Each.Columns.Zip(names, (column, name) => $"{SqlValue.Of(table.FindColumn(column)!).Plain} = each_value.{name}"));
        return $"SELECT first_rows.* FROM (VALUES {values}) AS each_value({string.Join(", ", names)}) CROSS JOIN LATERAL (SELECT {list} FROM {source}{(where.Length == 0 ? " WHERE " : $"{where} AND ")}{condition} {first}) AS first_rows";
    }

    private List<string> Terms(PostgresTable table) =>
    [
        // PostgreSQL's own order of nulls, and that of its indexes.
        .. Order.TakeWhile(term => table.FindColumn(term.Column) is { Field.Type: PrimitiveType })
            .Select(term => $"{SqlValue.Of(table.FindColumn(term.Column)!).Ordered}{(term.Descending ? " DESC" : "")}"),
    ];
}

/// <summary>The rows of each of some values of one or more columns.</summary>
/// <param name="Columns">Of primitive types.</param>
/// <param name="Values">Of these types, in the order of <paramref name="Columns"/>; at least one, each once.</param>
public sealed record EachValue(IReadOnlyList<string> Columns, IReadOnlyList<ImmutableArray<Literal>> Values);
