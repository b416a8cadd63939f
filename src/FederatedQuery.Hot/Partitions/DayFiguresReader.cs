using System.Globalization;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Partitions;

/// <summary>Tells how a table's hot rows spread over the days.</summary>
public static class DayFiguresReader
{
    /// <summary>
    /// Rows and bytes per day, ascending: of day partitions by the statistics, of everything else counted. A table that is not partitioned is
    /// read whole.
    /// </summary>
    /// <param name="connection">In any transaction; the table as of it.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz.</param>
    public static async Task<IReadOnlyList<DayFigures>> ReadAsync(
        NpgsqlConnection connection, PostgresTable table, string timeColumn, CancellationToken cancellationToken)
    {
        var column = table.FindColumn(timeColumn)
            ?? throw new HotException(HotErrorKind.NotFound, $"Column '{timeColumn}' is not in the PostgreSQL table '{table.Name}'.");
        var days = new Dictionary<DateOnly, DayFigures>();
        var isByTime = table.RangePartitionColumn == timeColumn && table.Partitions.Length > 0;
        foreach (var partition in isByTime ? table.Partitions.Where(partition => partition.Day is not null) : [])
        {
            days[partition.Day!.Value] = new DayFigures(partition.Day.Value, partition.EstimatedRows, partition.Bytes, IsEstimate: true);
        }

        var counted = isByTime
            ? table.Partitions.Where(partition => partition.Day is null).Select(partition => (partition.Name, partition.Bytes))
            : [(table.Name, table.Bytes)];
        foreach (var (name, bytes) in counted)
        {
            await CountAsync(connection, name, bytes, column, days, cancellationToken);
        }

        return [.. days.Values.OrderBy(day => day.Day)];
    }

    private static async Task CountAsync(
        NpgsqlConnection connection, TableName source, long bytes, PostgresColumn column, Dictionary<DateOnly, DayFigures> days, CancellationToken cancellationToken)
    {
        var time = SqlIdentifier.Quote(column.Name);
        var day = column.Field.Type is TimestamptzType ? $"({time} AT TIME ZONE 'UTC')::date" : $"{time}::date";
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {day}, count(*), sum(count(*)) OVER ()::bigint FROM {source.ToSql()} WHERE isfinite({time}) GROUP BY 1");
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (date, rows) = (reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1));
            var share = (long)((Int128)bytes * rows / reader.GetInt64(2));
            days[date] = days.TryGetValue(date, out var known)
                ? known with { Rows = known.Rows + rows, Bytes = known.Bytes + share }
                : new DayFigures(date, rows, share, IsEstimate: false);
        }
    }
}
