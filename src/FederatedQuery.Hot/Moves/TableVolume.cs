using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>How many rows a table has, over how many days.</summary>
/// <param name="Days">Days that have rows; 0 for an empty table.</param>
public sealed record TableVolume(long Rows, long Days)
{
    public static async Task<TableVolume> ReadAsync(
        NpgsqlConnection connection, PostgresTable table, string timeColumn, CancellationToken cancellationToken)
    {
        var time = SqlIdentifier.Quote(timeColumn);
        await using var command = MoveSql.Command(
            connection, $"SELECT count(*), count(DISTINCT {time}::date) FROM {table.Name.ToSql()} WHERE isfinite({time})");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new TableVolume(reader.GetInt64(0), reader.GetInt64(1));
    }
}
