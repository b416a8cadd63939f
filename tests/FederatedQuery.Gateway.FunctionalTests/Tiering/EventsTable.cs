using System.Text.Json;
using FederatedQuery.DuckDb;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>A table of events over many days, loaded through the command line into the hot tier, and what its rows come to.</summary>
internal static class EventsTable
{
    public const int Days = 40;
    public const int RowsPerDay = 1_000;
    public const long Rows = Days * RowsPerDay;

    /// <summary>What all original rows come to, however they are divided between the tiers: a count, two sums and a hash of every column.</summary>
    public const string Fingerprint =
        """
        SELECT count(*) FILTER (id > 0) AS n, sum(id) FILTER (id > 0) AS ids, sum(value) FILTER (id > 0) AS values,
               sum(hash(id, happened, kind, value, note)::HUGEINT) FILTER (id > 0) AS checksum,
               count(*) FILTER (id < 0) AS late, count(DISTINCT id) FILTER (id < 0) AS late_distinct
        FROM events
        """;

    /// <summary>Writes the rows to a Parquet file and gives the fingerprint that DuckDB itself finds there.</summary>
    public static string Write(string file)
    {
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        connection.Execute("SET TimeZone = 'UTC'");
        connection.Execute($"""
            CREATE TABLE events AS
            SELECT (i + 1)::BIGINT AS id,
                   date_trunc('day', now()) - INTERVAL 1 DAY * (i // {RowsPerDay}) + INTERVAL 1 SECOND * ((i * 7919) % 86400) AS happened,
                   ['start', 'work', 'stop'][(i * 31) % 3 + 1] AS kind,
                   ((i * 104729) % 10007)::INTEGER AS value,
                   CASE WHEN i % 11 = 0 THEN NULL ELSE 'note ' || (i % 1000) END AS note
            FROM range({Rows}) AS numbers(i)
            """);
        connection.Execute($"COPY events TO {DuckDBSql.QuoteLiteral(file)} (FORMAT parquet)");
        using var result = connection.Query(Fingerprint);
        using var chunk = result.ReadChunk()!;
        return $"{chunk[0].Values<long>()[0]} {chunk[1].Values<Int128>()[0]} {chunk[2].Values<Int128>()[0]} {chunk[3].Values<Int128>()[0]}";
    }

    /// <summary>The fingerprint of the original rows as the gateway sees them now, and the late rows found.</summary>
    public static async Task<(string Original, long Late, long LateDistinct)> ReadAsync(GatewayProcess gateway)
    {
        var data = await gateway.DataAsync("query Read($sql: String!) { federatedQuery(query: $sql) { data } }", new { sql = Fingerprint });
        var row = data.GetProperty("federatedQuery").GetProperty("data")[0];
        return (
            $"{row.GetProperty("n")} {row.GetProperty("ids")} {row.GetProperty("values")} {row.GetProperty("checksum")}",
            row.GetProperty("late").GetInt64(),
            row.GetProperty("late_distinct").GetInt64());
    }

    /// <summary>Moves what is older than some days and waits for the job's end.</summary>
    public static async Task<JsonElement> ArchiveAsync(GatewayProcess gateway, int keepDays)
    {
        var before = DateTimeOffset.UtcNow.Date.AddDays(-keepDays).ToString("yyyy-MM-dd'T'00:00:00'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var data = await gateway.DataAsync(
            "mutation Archive($before: DateTime) { archiveTable(tableName: \"events\", before: $before) { id } }", new { before });
        return await EndOfAsync(gateway, data.GetProperty("archiveTable").GetProperty("id").GetString()!);
    }

    /// <summary>Waits for a job's end.</summary>
    public static async Task<JsonElement> EndOfAsync(GatewayProcess gateway, string id)
    {
        while (true)
        {
            var job = (await gateway.DataAsync("query Job($id: UUID!) { job(id: $id) { state message rows progress } }", new { id })).GetProperty("job");
            if (job.GetProperty("state").GetString() is "SUCCEEDED" or "FAILED" or "CANCELLED")
            {
                return job;
            }

            await Task.Delay(20);
        }
    }
}
