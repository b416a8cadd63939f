using System.Globalization;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Hot.RowChanges;

/// <summary>Statements that change a table's rows and keep those changed. Each value is a quoted constant, which PostgreSQL reads as its column's type.</summary>
public static class RowChangeSql
{
    /// <summary>Where rows are put that come from elsewhere, until <see cref="InsertFrom"/>. A table of the session, gone with its transaction.</summary>
    internal static readonly TableName Arrivals = new("pg_temp", "arriving_rows");

    /// <summary>Where changed rows are kept until they are given out. As <see cref="Arrivals"/>.</summary>
    private static readonly TableName Kept = new("pg_temp", "changed_rows");

    /// <param name="rows">Each with the columns that it gives values; others get their defaults.</param>
    /// <exception cref="HotException">Argument: a value is none that PostgreSQL has.</exception>
    public static string Insert(PostgresTable table, IReadOnlyList<IReadOnlyList<ColumnAssignment>> rows)
    {
        var columns = rows.SelectMany(row => row).Select(given => given.Column).Distinct().ToList();
        if (columns.Count == 0)
        {
            // Rows of defaults alone: VALUES has to have a column.
            columns.Add(table.Columns.First(column => !column.IsGenerated).Name);
        }

        var values = rows.Select(row =>
        {
            var given = row.ToDictionary(assignment => assignment.Column, assignment => assignment.Value);
            return $"({string.Join(", ", columns.Select(column => given.GetValueOrDefault(column, ColumnValue.Default).ToSql(column)))})";
        });
        return $"INSERT INTO {table.Name.ToSql()} ({Names(columns)}) VALUES {string.Join(", ", values)}";
    }

    /// <exception cref="HotException">Argument: the condition or a value cannot be said in PostgreSQL's SQL.</exception>
    public static string Update(PostgresTable table, IReadOnlyList<ColumnAssignment> set, Expression where) =>
        $"UPDATE {table.Name.ToSql()} SET {string.Join(", ", set.Select(given => $"{SqlIdentifier.Quote(given.Column)} = {given.Value.ToSql(given.Column)}"))}{Where(table, where)}";

    /// <inheritdoc cref="Update"/>
    public static string Delete(PostgresTable table, Expression where) => $"DELETE FROM {table.Name.ToSql()}{Where(table, where)}";

    /// <summary>Inserts the rows that have arrived, some columns with other values.</summary>
    public static string InsertFrom(PostgresTable table, IReadOnlyList<ColumnAssignment> set)
    {
        var given = set.ToDictionary(assignment => assignment.Column, assignment => assignment.Value);
        var columns = Stored(table).Select(column => column.Name).Where(column => given.GetValueOrDefault(column) != ColumnValue.Default).ToList();
        var values = columns.Select(column => given.TryGetValue(column, out var value) ? value.ToSql(column) : SqlIdentifier.Quote(column));
        return $"INSERT INTO {table.Name.ToSql()} ({Names(columns)}) OVERRIDING SYSTEM VALUE SELECT {string.Join(", ", values)} FROM {Arrivals.ToSql()}";
    }

    /// <summary>How many rows match, counted to one more than those that may.</summary>
    /// <inheritdoc cref="Update"/>
    internal static string Count(PostgresTable table, Expression where, long most) => string.Create(
        CultureInfo.InvariantCulture, $"SELECT count(*) FROM (SELECT FROM {table.Name.ToSql()}{Where(table, where)} LIMIT {most + 1}) AS matching");

    /// <summary>Whether several rows of those that match have one key.</summary>
    /// <inheritdoc cref="Update"/>
    internal static string Doubled(PostgresTable table, IReadOnlyList<string> key, Expression where) =>
        $"SELECT EXISTS (SELECT FROM {table.Name.ToSql()}{Where(table, where)} GROUP BY {Names(key)} HAVING count(*) > 1)";

    internal static string CreateArrivals(PostgresTable table) => Create(Arrivals, table, Stored(table).Select(column => column.Name));

    internal static string CreateKept(PostgresTable table, IEnumerable<string> columns) => Create(Kept, table, columns);

    /// <summary>The columns that rows are written with.</summary>
    internal static IEnumerable<PostgresColumn> Stored(PostgresTable table) => table.Columns.Where(column => !column.IsGenerated);

    /// <summary>
    /// A change that keeps what it changes. Not by COPY at once, though that would take it: foreign keys are looked at when the last row has been sent, and Npgsql waits forever for the end of a
    /// COPY that fails there.
    /// </summary>
    /// <param name="change">One of the statements above.</param>
    internal static string Keep(string change, IReadOnlyCollection<string> columns) =>
        $"WITH changed AS ({change} RETURNING {Names(columns)}) INSERT INTO {Kept.ToSql()} ({Names(columns)}) SELECT {Names(columns)} FROM changed";

    internal static string CopyKept(IEnumerable<CopyColumn> columns) => CopyStatement.Copy($"SELECT {string.Join(", ", columns.Select(CopyStatement.Expression))} FROM {Kept.ToSql()}");

    private static string Create(TableName temporary, PostgresTable table, IEnumerable<string> columns) =>
        $"CREATE TEMP TABLE {SqlIdentifier.Quote(temporary.Name)} ON COMMIT DROP AS SELECT {Names(columns)} FROM {table.Name.ToSql()} WITH NO DATA";

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(SqlIdentifier.Quote));

    private static string Where(PostgresTable table, Expression where)
    {
        var conditions = new PredicateSql(table);
        var sql = conditions.Of(where.Bind(table.Schema));
        return conditions.IsExact
            ? sql is null ? "" : $" WHERE {sql}"
            : throw new HotException(
                HotErrorKind.Argument,
                $"`where` has a condition that PostgreSQL cannot be told exactly, by which table '{table.Name}' could be read but is not changed: paths within columns of type json (jsonb can be asked), and texts that no text in PostgreSQL can be.");
    }
}
