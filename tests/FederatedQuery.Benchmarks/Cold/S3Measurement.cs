using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Benchmarks.Cold;

/// <summary>
/// What a query of one day and three columns fetches of a table on S3 (Ceph's radosgw, over HTTP), against the bytes of the column chunks that it needs
/// and against whole files.
/// </summary>
internal static class S3Measurement
{
    private const string Table = "events_s3";
    private const int Day = 11;

    private static readonly string[] Columns = ["ts", "level", "duration_ms"];

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (S3Server.Missing is { } missing)
        {
            return new AreaReport([], $"s3: not measured. {missing}");
        }

        S3Server.Capacity = string.Create(CultureInfo.InvariantCulture, $"{(options.TableMegabytes / 1024) + 2}G");
        var server = new S3Server();
        await server.InitializeAsync();
        var bucket = await server.CreateBucketAsync();
        using var s3 = new S3ObjectStore(server.OptionsFor(bucket), TimeProvider.System);
        var store = new CountingObjectStore(s3);
        await using var tiers = await BothTiers.StartAsync(cancellationToken, new ObjectStoreRegistry.Root($"s3://{bucket}", store));
        var files = await EventsTable.WriteAsync(tiers, Table, $"s3://{bucket}/events", options.TableMegabytes, cancellationToken);
        var local = tiers.File("day.parquet");
        await File.WriteAllBytesAsync(local, await store.GetAsync(files[Day][$"s3://{bucket}/".Length..], int.MaxValue, cancellationToken), cancellationToken);
        using var database = DuckDBDatabase.Open();
        using var alone = database.Connect();
        var needed = ChunkBytes(alone, local, cancellationToken);
        var whole = new FileInfo(local).Length;
        var facts = new StringBuilder("| one day, three columns | requests | bytes fetched | of the column chunks needed | of the file | time |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var work in new[] { "first query", "the same again" })
        {
            store.Reset();
            using var answer = await tiers.Get<QueryService>().RunFederatedAsync(new QueryRequest { Sql = Statement(Table) }, cancellationToken);
            var (ours, theirs) = (Encoding.UTF8.GetString(answer.RowsJson.Span), JsonAnswer.Of(alone, Statement($"read_parquet({DuckDBSql.QuoteLiteral(local)})"), cancellationToken));
            if (ours != theirs)
            {
                throw new InvalidOperationException($"From S3 come {ours}; DuckDB alone has {theirs}.");
            }

            var data = store.Opened.Where(opened => opened.Key.EndsWith(".parquet", StringComparison.Ordinal)).Sum(opened => opened.Value);
            var fetched = answer.Report.Cold!.BytesFetched;
            facts.Append(
                CultureInfo.InvariantCulture,
                $"| {work} | {data} | {fetched:N0} | **{(double)fetched / needed:0.00}** | {(double)fetched / whole:0.000} | {answer.ExecutionTime.TotalMilliseconds:N0} ms |\n");
        }

        facts.Append(
            CultureInfo.InvariantCulture,
            $"\nThe table has {files.Count} files, {files.Count * whole / 1048576.0:N0} MiB; the day's file {whole:N0} bytes, of which the three columns' chunks take {needed:N0}.\n");
        return new AreaReport([], facts.ToString());
    }

    private static string Statement(string relation) =>
        $"SELECT level, count(*) AS events, avg(duration_ms) AS mean FROM {relation} WHERE {EventsTable.IsDay(Day)} GROUP BY level ORDER BY level";

    private static long ChunkBytes(DuckDBConnection connection, string path, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", Columns.Select(DuckDBSql.QuoteLiteral));
        return long.Parse(
            SingleValue.Of(
                connection, $"SELECT sum(total_compressed_size)::VARCHAR FROM parquet_metadata({DuckDBSql.QuoteLiteral(path)}) WHERE path_in_schema IN ({names})", cancellationToken),
            CultureInfo.InvariantCulture);
    }
}
