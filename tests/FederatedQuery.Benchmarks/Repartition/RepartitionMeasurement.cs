using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.Repartition;

/// <summary>
/// The memory of a gateway that repartitions a table more than ten times larger than DUCKDB_MEMORY_LIMIT: by month in a few files, to be by month, level and
/// buckets of the key. What it takes at most (VmHWM) is to stay under the limit plus 200 MB.
/// </summary>
internal static class RepartitionMeasurement
{
    private const int Metrics = 24;

    /// <summary>Measured: what nothing compresses.</summary>
    private const int BytesPerRow = 208;

    private const int AllowedBeyondLimitMegabytes = 200;

    private const string Sums = "SELECT count(*) AS n, sum(id)::VARCHAR AS ids, sum(metric_1)::VARCHAR AS metrics FROM events";

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new AreaReport([], "repartition: not measured. Peaks of memory are read from /proc.");
        }

        // Less than a tenth of what the files take in the end.
        var limit = options.TableMegabytes / 10 * 95 / 100;
        using var folder = new DataFolder();
        var file = Path.Combine(folder.FullPath, "events.parquet");
        WriteRows(file, (long)options.TableMegabytes * 1024 * 1024 / BytesPerRow, cancellationToken);
        await LoadAsync(folder.FullPath, file);
        File.Delete(file);
        var settings = new Dictionary<string, string>
        {
            ["MAINTENANCE_ENABLED"] = "false",
            ["QUERY_TIMEOUT"] = "7200",
            ["DUCKDB_THREADS"] = "2",
            ["DUCKDB_MEMORY_LIMIT"] = string.Create(CultureInfo.InvariantCulture, $"{limit}MB"),
        };
        await using var gateway = new GatewayProcess(folder.FullPath, settings);
        gateway.Client.Timeout = Timeout.InfiniteTimeSpan;
        await gateway.StartAsync();
        var idle = PeakMegabytes(gateway.ProcessId);
        var (sums, bytes) = (await SumsAsync(gateway), await BytesAsync(gateway));
        await gateway.StopAsync();
        await gateway.StartAsync();

        var watch = Stopwatch.StartNew();
        var outcome = (await gateway.DataAsync(
            """mutation { repartitionTable(tableName: "events", numPartitions: 8, partitionBy: ["ts", "level"]) { success message numPartitions rowCount filesBefore filesAfter } }"""))
            .GetProperty("repartitionTable");
        var seconds = watch.Elapsed.TotalSeconds;
        var peak = PeakMegabytes(gateway.ProcessId);
        if (!outcome.GetProperty("success").GetBoolean() || await SumsAsync(gateway) != sums)
        {
            throw new InvalidOperationException($"The table is not what it was: {outcome}\n{gateway.Output}");
        }

        return new AreaReport([], string.Create(CultureInfo.InvariantCulture, $"""
            | repartition | table on disk | DUCKDB_MEMORY_LIMIT | peak of the process | idle | beyond the limit (allowed: {AllowedBeyondLimitMegabytes} MB) | rows | files | time |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            | 2 threads | {bytes / 1e6:N0} MB | {limit} MB | {peak:N0} MB | {idle:N0} MB | **{peak - limit:N0} MB** | {outcome.GetProperty("rowCount").GetInt64():N0} | {outcome.GetProperty("filesBefore")} to {outcome.GetProperty("filesAfter")} | {seconds:N0} s, {bytes / 1e6 / seconds:N1} MB/s |

            """));
    }

    /// <summary>Five months of rows whose order has nothing to do with the new layout.</summary>
    private static void WriteRows(string path, long rows, CancellationToken cancellationToken)
    {
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        var metrics = Enumerable.Range(1, Metrics).Select(n => string.Create(CultureInfo.InvariantCulture, $"(hash(i, {n}) >> 1)::BIGINT AS metric_{n}"));
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            COPY (SELECT i AS id, TIMESTAMP '2024-01-01' + to_microseconds(i * ((150::BIGINT * 86400000000) // {rows})) AS ts, ['DEBUG', 'INFO', 'WARN', 'ERROR'][1 + (hash(i, 101) % 4)::INTEGER] AS level,
                  {string.Join(", ", metrics)} FROM range({rows}) AS numbers(i)) TO {DuckDBSql.QuoteLiteral(path)} (FORMAT parquet, COMPRESSION snappy)
            """), cancellationToken);
    }

    private static async Task LoadAsync(string folder, string file)
    {
        await using var loading = new GatewayProcess(folder, new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false", ["DUCKDB_MEMORY_LIMIT"] = "4GB" });
        var (exitCode, output) = await loading.RunAsync("load", "--table", "events", "--cold-only", "--primary-key", "id", "--time-column", "ts", file);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"The table could not be loaded:\n{output}");
        }
    }

    private static async Task<string> SumsAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("query($sql: String!) { icebergQuery(query: $sql) { data } }", new { sql = Sums })).GetProperty("icebergQuery").GetProperty("data").ToString();

    private static async Task<long> BytesAsync(GatewayProcess gateway) =>
        (await gateway.DataAsync("""{ table(name: "events") { coldBytes } }""")).GetProperty("table").GetProperty("coldBytes") is var bytes && bytes.ValueKind == JsonValueKind.String
            ? long.Parse(bytes.GetString()!, CultureInfo.InvariantCulture)
            : bytes.GetInt64();

    /// <summary>The most that a process has had in memory, in millions of bytes.</summary>
    private static double PeakMegabytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
