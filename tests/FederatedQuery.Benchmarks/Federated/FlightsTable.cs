using System.Globalization;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Benchmarks.Federated;

/// <summary>
/// The tiered table <c>flights</c> with its last 30 days hot, the hot table <c>airports</c>, and the same rows for DuckDB alone in one Parquet
/// file each, sorted by time.
/// </summary>
internal sealed class FlightsTable
{
    private const int HotDays = 30;
    private const string Columns = "row_id, date, delay, distance, origin, destination";

    private FlightsTable(string flightsFile, string airportsFile, DateOnly newest)
    {
        FlightsFile = flightsFile;
        AirportsFile = airportsFile;
        Newest = newest;
    }

    public string FlightsFile { get; }

    public string AirportsFile { get; }

    /// <summary>The last day that has rows.</summary>
    public DateOnly Newest { get; }

    private string FirstHotDay => Newest.AddDays(1 - HotDays).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static async Task<FlightsTable> LoadAsync(BothTiers tiers, int rows, CancellationToken cancellationToken)
    {
        var source = await NodePackages.FlightsAsync(cancellationToken);
        var (flights, airports) = (Path.Combine(tiers.Staging, "flights.parquet"), Path.Combine(tiers.Staging, "airports.parquet"));
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        connection.Execute(
            $"""
            COPY (SELECT uuid() AS row_id, date::TIMESTAMP AS date, delay::INTEGER AS delay, distance::INTEGER AS distance, origin, destination
                  FROM read_parquet({DuckDBSql.QuoteLiteral(source)}) ORDER BY date DESC LIMIT {rows}) TO {DuckDBSql.QuoteLiteral(flights + ".unsorted")} (FORMAT parquet);
            COPY (SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(flights + ".unsorted")}) ORDER BY date) TO {DuckDBSql.QuoteLiteral(flights)} (FORMAT parquet);
            COPY (SELECT origin AS code, 'region ' || hash(origin) % 9 AS region FROM read_parquet({DuckDBSql.QuoteLiteral(flights)}) GROUP BY origin ORDER BY origin)
            TO {DuckDBSql.QuoteLiteral(airports)} (FORMAT parquet)
            """,
            cancellationToken);
        File.Delete(flights + ".unsorted");
        var newest = SingleValue.Of(connection, $"SELECT max(date)::DATE::VARCHAR FROM read_parquet({DuckDBSql.QuoteLiteral(flights)})", cancellationToken);
        var table = new FlightsTable(flights, airports, DateOnly.Parse(newest, CultureInfo.InvariantCulture));
        await table.LoadHotAsync(tiers, connection, cancellationToken);
        await table.LoadColdAsync(tiers, cancellationToken);
        return table;
    }

    private async Task LoadHotAsync(BothTiers tiers, DuckDBConnection connection, CancellationToken cancellationToken)
    {
        await tiers.ExecuteAsync(
            """
            CREATE TABLE flights (row_id uuid, date timestamp NOT NULL, delay integer, distance integer, origin text, destination text,
                                  PRIMARY KEY (row_id, date)) PARTITION BY RANGE (date);
            CREATE INDEX ON flights USING brin (date);
            CREATE TABLE flights_default PARTITION OF flights DEFAULT;
            CREATE TABLE airports (code text PRIMARY KEY, region text NOT NULL);
            """,
            cancellationToken);
        await tiers.Get<DayPartitions>().EnsureAsync(
            new TableName("public", "flights"), [.. Enumerable.Range(0, HotDays).Select(i => Newest.AddDays(-i))], cancellationToken);
        var hot = $"SELECT {Columns} FROM read_parquet({DuckDBSql.QuoteLiteral(FlightsFile)}) WHERE date >= DATE '{FirstHotDay}'";
        await CopyAsync(tiers, connection, hot, $"flights ({Columns})", cancellationToken);
        await CopyAsync(tiers, connection, $"SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(AirportsFile)})", "airports", cancellationToken);
        await tiers.ExecuteAsync("VACUUM ANALYZE flights, airports", cancellationToken);
        await tiers.ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    private static async Task CopyAsync(
        BothTiers tiers, DuckDBConnection connection, string rows, string target, CancellationToken cancellationToken)
    {
        var file = Path.Combine(tiers.Staging, "copy.csv");
        connection.Execute($"COPY ({rows}) TO {DuckDBSql.QuoteLiteral(file)} (FORMAT csv, HEADER false)", cancellationToken);
        await using var postgres = await tiers.Postgres.OpenConnectionAsync(cancellationToken);
        await using (var import = await postgres.BeginTextImportAsync($"COPY {target} FROM STDIN (FORMAT csv)", cancellationToken))
        {
            using var text = File.OpenText(file);
            var buffer = new char[64 * 1024];
            for (int read; (read = await text.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await import.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        File.Delete(file);
    }

    private async Task LoadColdAsync(BothTiers tiers, CancellationToken cancellationToken)
    {
        await tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = "flights", TimeColumn = "date", HotDays = HotDays }, cancellationToken);
        var catalog = tiers.Get<ColdCatalog>().Current;
        var table = await catalog.LoadTableAsync(new TableIdentifier("default", "flights"), cancellationToken);
        using var lease = await tiers.Get<DuckDbEngine>().Pool.RentAsync(cancellationToken);
        var appender = tiers.Get<ColdAppender>();
        var files = await appender.WriteAsync(
            lease.Connection,
            $"(SELECT {Columns} FROM read_parquet({DuckDBSql.QuoteLiteral(FlightsFile)}) WHERE date < DATE '{FirstHotDay}') AS old",
            table.Metadata, cancellationToken);
        var staged = await appender.StageAsync(table, files, new Dictionary<string, string>(), cancellationToken);
        if (!await catalog.TryCommitAsync(staged, cancellationToken))
        {
            throw new InvalidOperationException("Somebody else committed to the flights of this benchmark.");
        }
    }
}
