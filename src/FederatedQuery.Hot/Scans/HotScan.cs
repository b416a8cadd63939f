using System.Collections.Immutable;
using System.Diagnostics;
using FederatedQuery.Columns;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Scans;

/// <summary>A scan of one table within a read session, to be read by <see cref="HotScanFunction"/>.</summary>
public sealed class HotScan
{
    /// <param name="session">Must have locked the table.</param>
    /// <param name="table">As of the session's snapshot.</param>
    /// <param name="schema">The columns that the scan gives, found in the table by name; null: the table's own schema.</param>
    /// <param name="predicate">
    /// Which rows are wanted, over <paramref name="over"/>. What of it PostgreSQL cannot be told is left out: the scan may give more rows, never less.
    /// </param>
    /// <param name="maximumThreads">How many partitions are read at the same time, over a connection each; 1 where only the first rows are wanted.</param>
    /// <param name="first">The first rows in an order are wanted alone; null: all. What PostgreSQL cannot be told may give more rows, never less.</param>
    /// <param name="over">What the predicate is over; null: <paramref name="schema"/>.</param>
    /// <exception cref="HotException">A column is not in the table, or its type cannot be read as the schema's.</exception>
    public HotScan(
        HotReadSession session, PostgresTable table, Schema? schema = null, Expression? predicate = null, int maximumThreads = 1, FirstRows? first = null,
        Schema? over = null)
    {
        Session = session;
        Table = table;
        schema ??= table.Schema;
        Columns =
        [
            .. schema.Fields.Select(field =>
            {
                var column = table.FindColumn(field.Name)
                    ?? throw new HotException(HotErrorKind.NotFound, $"Column '{field.Name}' is not in the PostgreSQL table '{table.Name}'.");
                return new CopyColumn(column.Name, column.Type, DuckDbTypes.Of(field.Type));
            }),
        ];
        var conditions = new PredicateSql(table);
        Where = predicate is null ? null : conditions.Of(predicate.Bind(over ?? schema));
        IsExact = conditions.IsExact;
        // Of rows that the condition lets through beyond those wanted, the first ones may be none of these.
        First = IsExact && first?.CanBeSaid(table) == true ? first : null;
        MaximumThreads = Math.Max(1, maximumThreads);
        // What cannot be decoded is known now, not in the middle of a query.
        CopyStatement.RequireReadable(Columns);
    }

    public PostgresTable Table { get; }

    /// <summary>All columns of the scan; what is asked from PostgreSQL are those that the query uses.</summary>
    public ImmutableArray<CopyColumn> Columns { get; }

    /// <summary>The WHERE condition as PostgreSQL gets it; null: none.</summary>
    public string? Where { get; internal init; }

    /// <summary>Whether PostgreSQL could be told the whole predicate: then the scan gives no row but those it selects.</summary>
    public bool IsExact { get; }

    public HotScanStatistics Statistics { get; } = new();

    /// <summary>The span that the scan's belongs under; by default the one in which it is made.</summary>
    public ActivityContext? Parent { get; init; } = Activity.Current?.Context;

    internal HotScanTrace Trace { get; } = new();

    /// <summary>The statement as PostgreSQL gets it when all columns are used, for plans shown to people.</summary>
    public string Sql => CopyStatement.Select(this, [.. Enumerable.Range(0, Columns.Length)], part: null);

    internal HotReadSession Session { get; }

    internal int MaximumThreads { get; }

    /// <summary>Null: all rows that meet the condition are read.</summary>
    internal FirstRows? First { get; }

    /// <summary>The name that rows come from.</summary>
    internal TableName Source => Table.Name;
}
