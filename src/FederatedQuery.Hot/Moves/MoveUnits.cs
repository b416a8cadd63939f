using System.Globalization;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>Finds what is there to move.</summary>
public static class MoveUnits
{
    /// <summary>
    /// The days before an instant that have rows, ascending: partitions of a day or less by themselves, days of every other partition and of tables
    /// that are not partitioned by time one by one. Infinite times belong to no day and stay.
    /// </summary>
    /// <param name="connection">In any transaction.</param>
    /// <param name="table">As of it.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz.</param>
    /// <param name="from">The first day that counts; null: no matter how old.</param>
    /// <param name="before">Days that end by then count; a midnight in UTC.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<MoveUnit>> ListAsync(
        NpgsqlConnection connection, PostgresTable table, string timeColumn, DateOnly? from, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var column = table.FindColumn(timeColumn)
            ?? throw new HotException(HotErrorKind.NotFound, $"Column '{timeColumn}' is not in the PostgreSQL table '{table.Name}'.");
        var units = new List<MoveUnit>();
        if (table.RangePartitionColumn != timeColumn || table.Partitions.IsEmpty)
        {
            await AddDaysAsync(connection, table, table.Name, column, from, before, units, cancellationToken);
        }
        else
        {
            foreach (var partition in table.Partitions)
            {
                if (partition.WithinDay is not { } day)
                {
                    await AddDaysAsync(connection, table, partition.Name, column, from, before, units, cancellationToken);
                }
                else if ((from is null || day >= from) && MidnightAfter(day) <= before && await HasRowsAsync(connection, partition.Name, cancellationToken))
                {
                    units.Add(new MoveUnit(table.Name, partition.Name, day, IsWholeSource: true));
                }
            }
        }

        return [.. units.OrderBy(unit => unit.Day)];
    }

    /// <summary>The time column's value at the start of a day, as the Iceberg literal of its type.</summary>
    public static Literal StartOf(DateOnly day, IcebergType type) =>
        EpochTime.LiteralOf(day, type) ?? throw new HotException(HotErrorKind.Unsupported, $"A time column must be a date, timestamp or timestamptz, not {type}.");

    private static DateTimeOffset MidnightAfter(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static async Task<bool> HasRowsAsync(NpgsqlConnection connection, TableName source, CancellationToken cancellationToken)
    {
        await using var command = MoveSql.Command(connection, $"SELECT EXISTS (SELECT FROM {source.ToSql()})");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task AddDaysAsync(
        NpgsqlConnection connection, PostgresTable table, TableName source, PostgresColumn column, DateOnly? from, DateTimeOffset before, List<MoveUnit> units,
        CancellationToken cancellationToken)
    {
        var time = SqlIdentifier.Quote(column.Name);
        var day = column.Field.Type is TimestamptzType ? $"({time} AT TIME ZONE 'UTC')::date" : $"{time}::date";
        var end = SqlLiteral.Of(StartOf(DateOnly.FromDateTime(before.UtcDateTime), column.Field.Type));
        var later = from is { } first ? $" AND {time} >= {SqlLiteral.Of(StartOf(first, column.Field.Type))}" : "";
        await using var command = MoveSql.Command(
            connection, string.Create(CultureInfo.InvariantCulture, $"SELECT DISTINCT {day} FROM {source.ToSql()} WHERE isfinite({time}) AND {time} < {end}{later}"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            units.Add(new MoveUnit(table.Name, source, reader.GetFieldValue<DateOnly>(0), IsWholeSource: false));
        }
    }
}
