using System.Globalization;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Cold.Staging;
using FederatedQuery.DuckDb;
using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Benchmarks.Federated;

/// <summary>
/// The tiered table <c>flights</c> with its last 30 days hot, the hot table <c>airports</c>, and the same rows for DuckDB alone in one Parquet
/// file each, sorted by time.
/// </summary>
internal sealed class FlightsTable
{
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

    /// <summary>Flights of 2001, moved by whole days so that the newest are of today, loaded as any user's file is.</summary>
    public static async Task<FlightsTable> LoadAsync(BothTiers tiers, int rows, CancellationToken cancellationToken)
    {
        var source = DuckDBSql.QuoteLiteral(await NodePackages.FlightsAsync(cancellationToken));
        var (flights, airports) = (tiers.File("flights.parquet"), tiers.File("airports.parquet"));
        var flightsFile = DuckDBSql.QuoteLiteral(flights);
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        connection.Execute(
            $"""
            CREATE TABLE source AS
            SELECT uuid() AS row_id, (date + (current_date - (SELECT max(date)::DATE FROM read_parquet({source}))) * INTERVAL 1 DAY)::TIMESTAMP AS date,
                   delay::INTEGER AS delay, distance::INTEGER AS distance, origin, destination
            FROM read_parquet({source}) ORDER BY date DESC LIMIT {rows};
            COPY (SELECT * FROM source ORDER BY date) TO {flightsFile} (FORMAT parquet);
            COPY (SELECT origin AS code, 'region ' || hash(origin) % 9 AS region FROM source GROUP BY origin ORDER BY origin)
            TO {DuckDBSql.QuoteLiteral(airports)} (FORMAT parquet);
            """,
            cancellationToken);
        var newest = SingleValue.Of(connection, $"SELECT max(date)::DATE::VARCHAR FROM read_parquet({flightsFile})", cancellationToken);
        var loader = tiers.Get<TableLoader>();
        await loader.LoadAsync(
            new LoadRequest { TableName = "flights", Source = RowSource.File(flights), TimeColumn = "date", PrimaryKey = ["row_id"] }, null, cancellationToken);
        await loader.LoadAsync(
            new LoadRequest { TableName = "airports", Source = RowSource.File(airports), PrimaryKey = ["code"], Tiers = LoadTiers.HotOnly }, null, cancellationToken);
        await tiers.ExecuteAsync("VACUUM ANALYZE flights, airports", cancellationToken);
        await tiers.ExecuteAsync("CHECKPOINT", cancellationToken);
        return new FlightsTable(flights, airports, DateOnly.Parse(newest, CultureInfo.InvariantCulture));
    }
}
