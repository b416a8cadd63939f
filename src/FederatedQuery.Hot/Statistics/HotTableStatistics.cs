using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Statistics;

/// <summary>Exact figures of a hot table, counted by PostgreSQL in one pass (its own statistics are estimates).</summary>
public sealed class HotTableStatistics(PostgresConnections connections)
{
    /// <summary>Kinds whose least and greatest value PostgreSQL can tell in every version supported.</summary>
    private static readonly HashSet<PostgresWireKind> Ordered =
    [
        PostgresWireKind.Int2, PostgresWireKind.Int4, PostgresWireKind.Int8, PostgresWireKind.Float4, PostgresWireKind.Float8, PostgresWireKind.Numeric,
        PostgresWireKind.Date, PostgresWireKind.Time, PostgresWireKind.Timestamp,
    ];

    /// <param name="Rows">Counted.</param>
    /// <param name="Columns">For each column, a JSON object of nullCount, min and max; figures that are not known are null.</param>
    public sealed record Figures(long Rows, IReadOnlyList<(string Column, string Json)> Columns);

    /// <summary>Counts the table's rows; as long as that takes, up to the timeout.</summary>
    public async Task<Figures> CountAsync(PostgresTable table, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var items = table.Columns.Select(column =>
        {
            var name = SqlIdentifier.Quote(column.Name);
            var (least, greatest) = Ordered.Contains(column.Type.Wire)
                ? ($"min({name})", $"max({name})")
                : column.Type.IsPlainText ? ($"min({name} COLLATE \"C\")", $"max({name} COLLATE \"C\")") : ("NULL::text", "NULL::text");
            return $"json_build_object('nullCount', count(*) - count({name}), 'distinctCount', NULL::bigint, 'min', {least}, 'max', {greatest}, 'bytes', NULL::bigint)::text";
        });
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"SELECT {string.Join(", ", items.Prepend("count(*)"))} FROM {table.Name.ToSql()}", connection)
        {
            CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds),
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Figures(
            reader.GetInt64(0), [.. table.Columns.Select((column, i) => (column.Name, reader.GetString(i + 1)))]);
    }
}
