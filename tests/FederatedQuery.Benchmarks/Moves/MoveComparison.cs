using System.Globalization;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Benchmarks.Moves;

/// <summary>
/// One closed day out of PostgreSQL and into an Iceberg snapshot, everything that makes it exactly once included, against what copies the same
/// rows by hand and promises nothing.
/// </summary>
internal static class MoveComparison
{
    private const string Columns = "row_id, date, delay, distance, origin, destination";
    private const string ParquetOptions = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)";

    private static readonly TableName Table = new("public", "trips");

    /// <summary>Copied by hand; the days after it move, one for each round.</summary>
    private static readonly DateOnly FirstDay = new(2024, 3, 1);

    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        // A comparison runs each side once more, to warm it up.
        var days = Enumerable.Range(1, 2 * (options.Rounds + 1)).Select(FirstDay.AddDays).ToList();
        await LoadAsync(tiers, [FirstDay, .. days], options.MovedRows, cancellationToken);
        var table = await tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = Table.Name, TimeColumn = "date" }, cancellationToken);
        var remaining = new Queue<DateOnly>(days);
        var parquet = tiers.File("rows.parquet");
        var csv = tiers.File("rows.csv");
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        await WriteCsvAsync(tiers, csv, cancellationToken);
        connection.Execute($"CREATE TABLE rows AS SELECT * FROM {Csv(csv)}", cancellationToken);
        var work = string.Create(CultureInfo.InvariantCulture, $"a day of {options.MovedRows:N0} rows");
        var unit = Unit.Rate(options.MovedRows, "rows");
        return
        [
            await SideBySide.TimeAsync(
                "move", work, "`COPY` binary to nowhere, then DuckDB writes Parquet from memory", unit, options.Rounds,
                () => MoveAsync(tiers, table, remaining.Dequeue(), options.MovedRows, cancellationToken),
                async () =>
                {
                    await DrainAsync(tiers, cancellationToken);
                    await WriteParquetAsync(connection, "rows", parquet, cancellationToken);
                },
                cancellationToken),
            await SideBySide.TimeAsync(
                "move", work, "`COPY` to a CSV file, which DuckDB makes Parquet of", unit, options.Rounds,
                () => MoveAsync(tiers, table, remaining.Dequeue(), options.MovedRows, cancellationToken),
                async () =>
                {
                    await WriteCsvAsync(tiers, csv, cancellationToken);
                    await WriteParquetAsync(connection, Csv(csv), parquet, cancellationToken);
                },
                cancellationToken),
        ];
    }

    private static async Task LoadAsync(BothTiers tiers, IReadOnlyCollection<DateOnly> days, int rowsPerDay, CancellationToken cancellationToken)
    {
        await tiers.ExecuteAsync(
            """
            CREATE TABLE trips (row_id uuid, date timestamp NOT NULL, delay integer, distance integer, origin text, destination text,
                                PRIMARY KEY (row_id, date)) PARTITION BY RANGE (date);
            CREATE INDEX ON trips USING brin (date);
            CREATE TABLE trips_default PARTITION OF trips DEFAULT;
            """,
            cancellationToken);
        await tiers.Get<DayPartitions>().EnsureAsync(Table, days, cancellationToken);
        foreach (var day in days)
        {
            await tiers.ExecuteAsync(
                $"""
                INSERT INTO trips
                SELECT gen_random_uuid(), timestamp '{day:yyyy-MM-dd}' + i * interval '1 day' / {rowsPerDay}, (i * 7919) % 300 - 60, (i * 104729) % 2500 + 50,
                       'A' || (i * 31) % 250, 'A' || (i * 17) % 250
                FROM generate_series(0::bigint, {rowsPerDay} - 1) AS numbers(i)
                """,
                cancellationToken);
        }

        await tiers.ExecuteAsync("VACUUM ANALYZE trips", cancellationToken);
        await tiers.ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    private static async Task MoveAsync(BothTiers tiers, TieredTable table, DateOnly day, int rows, CancellationToken cancellationToken)
    {
        var unit = new MoveUnit(Table, PartitionNames.Day(Table, day), day, IsWholeSource: true);
        var moved = await tiers.Get<TableMover>().MoveAsync(table, unit, job: null, cancellationToken);
        if (moved.Rows != rows)
        {
            throw new InvalidOperationException($"{moved.Rows} rows of {day:yyyy-MM-dd} were moved; there were {rows}.");
        }
    }

    private static async Task DrainAsync(BothTiers tiers, CancellationToken cancellationToken)
    {
        await using var connection = await tiers.Postgres.OpenConnectionAsync(cancellationToken);
        await using var rows = await connection.BeginRawBinaryCopyAsync(Copy("binary"), cancellationToken);
        await rows.CopyToAsync(Stream.Null, 256 * 1024, cancellationToken);
    }

    private static async Task WriteCsvAsync(BothTiers tiers, string path, CancellationToken cancellationToken)
    {
        await using var connection = await tiers.Postgres.OpenConnectionAsync(cancellationToken);
        await using var file = File.CreateText(path);
        using var rows = await connection.BeginTextExportAsync(Copy("csv"), cancellationToken);
        var buffer = new char[256 * 1024];
        for (int read; (read = await rows.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static string Copy(string format) =>
        $"COPY (SELECT {Columns} FROM {PartitionNames.Day(Table, FirstDay).ToSql()}) TO STDOUT (FORMAT {format})";

    private static Task<long> WriteParquetAsync(DuckDBConnection connection, string rows, string path, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"COPY (SELECT * FROM {rows} ORDER BY date) TO {DuckDBSql.QuoteLiteral(path)} {ParquetOptions}", cancellationToken);

    private static string Csv(string path) =>
        $$"""
        read_csv({{DuckDBSql.QuoteLiteral(path)}}, header = false, columns = {'row_id': 'UUID', 'date': 'TIMESTAMP', 'delay': 'INTEGER', 'distance': 'INTEGER',
                 'origin': 'VARCHAR', 'destination': 'VARCHAR'})
        """;
}
