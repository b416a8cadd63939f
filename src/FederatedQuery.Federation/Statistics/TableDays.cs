using FederatedQuery.Cold.Statistics;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Statistics;

/// <summary>Rows and bytes of a table per day and tier: a picture of where the data lies, from metadata, not a count.</summary>
public sealed class TableDays(PostgresConnections connections, ColdDayFigures coldDays)
{
    /// <param name="from">First day; null: from the beginning.</param>
    /// <param name="to">Last day, itself included; null: to the end.</param>
    /// <returns>By day, Postgres before Iceberg; empty for a table that has no time column.</returns>
    public async Task<IReadOnlyList<(DateOnly Day, DataSource Tier, long Rows, long Bytes)>> ReadAsync(
        RegisteredTable table, DateOnly? from, DateOnly? to, CancellationToken cancellationToken)
    {
        if (TimeColumnOf(table) is not { } timeColumn)
        {
            return [];
        }

        var days = new List<(DateOnly Day, DataSource Tier, long Rows, long Bytes)>();
        if (table.Hot is { } hot)
        {
            await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
            var figures = await DayFiguresReader.ReadAsync(connection, hot, timeColumn, cancellationToken);
            days.AddRange(figures.Select(day => (day.Day, DataSource.Postgres, day.Rows, day.Bytes)));
        }

        if (table.Cold is { } cold)
        {
            var figures = await coldDays.ReadAsync(cold, timeColumn, cancellationToken);
            days.AddRange(figures.Select(day => (day.Day, DataSource.Iceberg, day.Rows, day.Bytes)));
        }

        return
        [
            .. days.Where(day => (from is null || day.Day >= from) && (to is null || day.Day <= to))
                .Where(day => day.Rows > 0 || day.Bytes > 0)
                .OrderBy(day => day.Day).ThenBy(day => day.Tier),
        ];
    }

    /// <summary>Of a tiered table its setting; of a cold one the column that it is partitioned by time on.</summary>
    private static string? TimeColumnOf(RegisteredTable table)
    {
        if (table.Tiering is { } tiering)
        {
            return tiering.TimeColumn;
        }

        return table.Cold is { } cold
            ? cold.Metadata.DefaultSpec.Fields
                .Where(field => field.Transform is HourTransform or DayTransform or MonthTransform or YearTransform)
                .Select(field => cold.Metadata.CurrentSchema.FindName(field.SourceId))
                .FirstOrDefault()
            : table.Hot?.RangePartitionColumn;
    }
}
