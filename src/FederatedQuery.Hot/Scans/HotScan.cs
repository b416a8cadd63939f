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
        Outputs = [.. Columns.Select(CopyStatement.Expression)];
        // What cannot be decoded is known now, not in the middle of a query.
        CopyStatement.RequireReadable(Columns);
    }

    /// <param name="rows">Exact.</param>
    /// <param name="keys">What its rows are grouped by.</param>
    /// <param name="figures">Of the groups.</param>
    private HotScan(HotScan rows, IReadOnlyList<GroupedColumn> keys, IReadOnlyList<GroupedColumn> figures)
    {
        (Session, Table, Where, IsExact, MaximumThreads) = (rows.Session, rows.Table, rows.Where, true, 1);
        GroupBy = [.. keys.Select(key => key.Sql)];
        Columns = [.. keys.Concat(figures).Select(output => output.Column)];
        Outputs = [.. keys.Concat(figures).Select(output => output.Sql)];
        CopyStatement.RequireReadable(Columns);
    }

    /// <summary>What <see cref="HotFigureKind.LargeSum"/> is divided by: 2^64, which loses no digit.</summary>
    public const double LargeSumDivisor = 18_446_744_073_709_551_616d;

    public PostgresTable Table { get; }

    /// <summary>All columns of the scan; what is asked from PostgreSQL are those that the query uses.</summary>
    public ImmutableArray<CopyColumn> Columns { get; }

    /// <summary>The WHERE condition as PostgreSQL gets it; null: none.</summary>
    public string? Where { get; internal init; }

    /// <summary>Whether PostgreSQL could be told the whole predicate: then the scan gives no row but those it selects.</summary>
    public bool IsExact { get; }

    /// <summary>Whether the scan gives exactly the first rows that were asked for, in their order.</summary>
    public bool IsFirstInOrder => First is { IsWhole: true, Each: null } first && first.IsSaidWhole(Table);

    public HotScanStatistics Statistics { get; } = new();

    /// <summary>The span that the scan's belongs under; by default the one in which it is made.</summary>
    public ActivityContext? Parent { get; init; } = Activity.Current?.Context;

    internal HotScanTrace Trace { get; } = new();

    /// <summary>The statement as PostgreSQL gets it when all columns are used, for plans shown to people.</summary>
    public string Sql => CopyStatement.Select(this, [.. Enumerable.Range(0, Columns.Length)], part: null);

    /// <summary>Groups of the rows of this scan, made by PostgreSQL: a scan whose columns are the keys, then the figures.</summary>
    /// <returns>Null where PostgreSQL cannot give exactly what DuckDB would give of the rows.</returns>
    public HotScan? Grouped(HotGroups groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (!IsExact || First is not null || GroupBy is not null)
        {
            return null;
        }

        var keys = groups.Keys.Select(key => GroupedColumns.Of(key, Table.FindColumn(key.Column)!, Read(key.Column))).ToList();
        var figures = groups.Figures
            .Select(figure => figure.Kind == HotFigureKind.Rows ? GroupedColumns.Rows : GroupedColumns.Of(figure.Kind, Table.FindColumn(figure.Column)!, Read(figure.Column))).ToList();
        return keys.Contains(null) || figures.Contains(null) ? null : new HotScan(this, keys!, figures!);

        CopyColumn Read(string column) => Columns.First(read => read.Name == column);
    }

    internal HotReadSession Session { get; }

    /// <summary>The SQL of each of <see cref="Columns"/>.</summary>
    internal ImmutableArray<string> Outputs { get; }

    /// <summary>The expressions that rows are grouped by; null: rows are read as they are.</summary>
    internal IReadOnlyList<string>? GroupBy { get; }

    internal int MaximumThreads { get; }

    /// <summary>Null: all rows that meet the condition are read.</summary>
    internal FirstRows? First { get; }

    /// <summary>The name that rows come from.</summary>
    internal TableName Source => Table.Name;
}
