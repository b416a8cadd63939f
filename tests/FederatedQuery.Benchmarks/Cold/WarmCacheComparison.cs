using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.Cold;

/// <summary>
/// A table in a store that this process cannot read in place, its files in the cache after the first query, against DuckDB alone on the same files on
/// local disk.
/// </summary>
internal static class WarmCacheComparison
{
    private const string Table = "events_cached";
    private const int Megabytes = 1024;
    private const int Day = 11;

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var store = new CountingObjectStore(new LocalObjectStore(folder.FullPath, TimeProvider.System));
        await using var tiers = await BothTiers.StartAsync(cancellationToken, new ObjectStoreRegistry.Root("s3://bucket", store));
        var files = await EventsTable.WriteAsync(tiers, Table, "s3://bucket/events", Megabytes, cancellationToken);
        var paths = files.Select(file => folder.File(file["s3://bucket/".Length..])).ToList();
        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string>
        {
            ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["preserve_insertion_order"] = "false",
        });
        using var alone = database.Connect();
        var queries = tiers.Get<QueryService>();
        var lines = new List<Comparison>();
        foreach (var (work, statement, read) in Works(paths))
        {
            var relation = $"read_parquet([{string.Join(", ", read.Select(DuckDBSql.QuoteLiteral))}])";
            var theirStatement = statement.Replace("{0}", relation, StringComparison.Ordinal);
            var ourStatement = statement.Replace("{0}", Table, StringComparison.Ordinal);
            await AskAsync(ourStatement);
            store.Reset();
            var (ours, theirs) = (await AskAsync(ourStatement), JsonAnswer.Of(alone, theirStatement, cancellationToken));
            if (ours != theirs || store.BytesRead > 0)
            {
                throw new InvalidOperationException($"{work}: {store.BytesRead} bytes are fetched for the second time, and of the answers\n{ours}\n{theirs}\nours is the first.");
            }

            lines.Add(await SideBySide.TimeAsync(
                "warm-cache", work, $"DuckDB alone on the same {read.Count} local files", Unit.Milliseconds, options.Rounds,
                () => AskAsync(ourStatement), () => Task.Run(() => JsonAnswer.Of(alone, theirStatement, cancellationToken), cancellationToken), cancellationToken));
        }

        return new AreaReport(lines);

        async Task<string> AskAsync(string sql)
        {
            using var answer = await queries.RunFederatedAsync(new QueryRequest { Sql = sql }, cancellationToken);
            return Encoding.UTF8.GetString(answer.RowsJson.Span);
        }
    }

    private static (string Work, string Statement, IReadOnlyList<string> Files)[] Works(IReadOnlyList<string> files) =>
    [
        ("one day by level, 3 of 28 columns",
            $"SELECT level, count(*) AS events, sum(duration_ms) AS total FROM {{0}} WHERE {EventsTable.IsDay(Day)} GROUP BY level ORDER BY level", [files[Day]]),
        ("30 days by level, 2 of 28 columns", "SELECT level, count(*) AS events, sum(duration_ms) AS total FROM {0} GROUP BY level ORDER BY level", files),
        ("30 days, all 28 columns", $"SELECT {string.Join(", ", Enumerable.Range(1, 24).Select(n => string.Create(CultureInfo.InvariantCulture, $"max(metric_{n}) AS m{n}")))}, count(DISTINCT workflow_name) AS names, max(ts) AS latest FROM {{0}}", files),
        ("100,000 rows x 6 columns as JSON",
            $"SELECT ts, workflow_name, level, duration_ms, metric_1, metric_2 FROM {{0}} WHERE {EventsTable.IsDay(Day)} ORDER BY ts LIMIT 100000", [files[Day]]),
    ];
}
