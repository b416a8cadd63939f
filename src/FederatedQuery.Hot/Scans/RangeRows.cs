using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>
/// Reads rows of one table by ranges of columns, in a snapshot of their own and without DuckDB: for callers that know the table and read few rows often.
/// </summary>
public static class RangeRows
{
    /// <param name="source">The owner's connections.</param>
    /// <param name="columns">In the order in which fields are read; <c>AsText</c> asks for the text form, of types that are no text in PostgreSQL.</param>
    /// <param name="ranges">All of which a row lies in.</param>
    /// <param name="read">Called for each row, in no order; reads all of its fields.</param>
    /// <exception cref="HotException">A bound is no value of PostgreSQL's, or what came is malformed.</exception>
    /// <exception cref="PostgresException">The table or a column is not there.</exception>
    public static async Task ReadAsync(
        NpgsqlDataSource source, TableName table, IReadOnlyList<(string Name, bool AsText)> columns, IReadOnlyList<ColumnRange> ranges, Action<CopyRows> read,
        CancellationToken cancellationToken)
    {
        var list = string.Join(", ", columns.Select(column => SqlIdentifier.Quote(column.Name) + (column.AsText ? "::text" : "")));
        var conditions = string.Join(" AND ", ranges.Select(Condition));
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            CopyStatement.Copy($"SELECT {list} FROM {table.ToSql()} WHERE {conditions}"), cancellationToken);
        await using var registration = cancellationToken.UnsafeRegister(static stream => ((NpgsqlRawCopyStream)stream!).Cancel(), stream);
        using var rows = new CopyRows(stream, columns.Count);
        try
        {
            while (rows.Read())
            {
                read(rows);
            }
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested && error is NpgsqlException or OperationCanceledException)
        {
            throw new OperationCanceledException("The reading was given up.", error, cancellationToken);
        }
    }

    private static string Condition(ColumnRange range)
    {
        var name = SqlIdentifier.Quote(range.Column);
        return $"{name} >= {Constant(range.Least)} AND {name} <= {Constant(range.Greatest)}";
    }

    private static string Constant(Literal value) =>
        SqlLiteral.Of(value) ?? throw new HotException(HotErrorKind.Argument, $"PostgreSQL has no such value as {value}.");
}
