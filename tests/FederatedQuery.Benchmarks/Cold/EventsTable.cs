using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Benchmarks.Cold;

/// <summary>
/// A wide table of 30 days, a file of some 200 bytes a row for each: four columns that queries ask for and 24 that they do not, whose values nothing
/// compresses. Written by our own writer wherever its location is.
/// </summary>
internal static class EventsTable
{
    public const int Days = 30;

    private const int Metrics = 24;
    private const int BytesPerRow = 200;

    private static readonly DateOnly FirstDay = new(2024, 3, 1);

    private static readonly Schema Schema = new(
        0,
        [
            NestedField.RequiredField(1, "ts", IcebergType.Timestamp),
            NestedField.RequiredField(2, "workflow_name", IcebergType.String),
            NestedField.OptionalField(3, "level", IcebergType.String),
            NestedField.OptionalField(4, "duration_ms", IcebergType.Int),
            .. Enumerable.Range(1, Metrics).Select(n => NestedField.OptionalField(4 + n, string.Create(CultureInfo.InvariantCulture, $"metric_{n}"), IcebergType.Long)),
        ]);

    /// <summary>The rows of one day as a condition.</summary>
    public static string IsDay(int day) => string.Create(
        CultureInfo.InvariantCulture, $"ts >= TIMESTAMP '{FirstDay.AddDays(day):yyyy-MM-dd}' AND ts < TIMESTAMP '{FirstDay.AddDays(day + 1):yyyy-MM-dd}'");

    /// <returns>The locations of its files, by day.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        BothTiers tiers, string tableName, string location, int megabytes, CancellationToken cancellationToken)
    {
        var catalog = tiers.Get<ColdCatalog>().Current;
        var appender = tiers.Get<ColdAppender>();
        var spec = new PartitionSpec(0, new PartitionField(1, 1000, "ts_day", Transform.Day));
        var table = await catalog.CreateTableAsync(
            new TableIdentifier("default", tableName), new NewTable { Schema = Schema, PartitionSpec = spec, Location = location }, cancellationToken);
        var rows = (long)megabytes * 1024 * 1024 / Days / BytesPerRow;
        using var lease = await tiers.Get<DuckDbEngine>().Pool.RentAsync(cancellationToken);
        var files = ColdFiles.None;
        for (var day = 0; day < Days; day++)
        {
            var partition = new PartitionData(Literal.Date(FirstDay.AddDays(day).DayNumber - new DateOnly(1970, 1, 1).DayNumber));
            files = files.With(await appender.WritePartitionAsync(lease.Connection, RowsOf(day, rows), table, partition, cancellationToken));
        }

        var staged = await appender.StageAsync(table, files, ImmutableDictionary<string, string>.Empty, cancellationToken);
        return await catalog.TryCommitAsync(staged, cancellationToken) is not null
            ? [.. files.Files.Select(file => file.FilePath)]
            : throw new InvalidOperationException($"Table '{tableName}' was changed by somebody else.");
    }

    private static string RowsOf(int day, long rows)
    {
        var metrics = Enumerable.Range(1, Metrics).Select(n => string.Create(CultureInfo.InvariantCulture, $"(hash(i, {day}, {n}) >> 1)::BIGINT AS metric_{n}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT TIMESTAMP '{FirstDay.AddDays(day):yyyy-MM-dd}' + to_microseconds(i * 86400000000 // {rows}) AS ts, 'workflow-' || hash(i, 100) % 200 AS workflow_name,
                   ['DEBUG', 'INFO', 'WARN', 'ERROR'][1 + (hash(i, {day}, 101) % 4)::INTEGER] AS level, (hash(i, {day}, 102) % 90000)::INTEGER AS duration_ms,
                   {string.Join(", ", metrics)}
            FROM range({rows}) AS numbers(i)
            """);
    }
}
