using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Benchmarks.Cold;

/// <summary>
/// One workflow of 300, 436,985 rows, from tables of several layouts, through the query service from the statement's text to rows as JSON, against DuckDB
/// alone reading exactly the files that hold them.
/// </summary>
internal static class SeedComparison
{
    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        await RunsTable.MakeRowsAsync(tiers, cancellationToken);
        var written = new List<(string Table, string Layout, IReadOnlyList<string> Files)>();
        foreach (var (table, layout, fields) in RunsTable.Layouts)
        {
            await Console.Error.WriteLineAsync($"  writing {layout}");
            written.Add((table, layout, await RunsTable.WriteAsync(tiers, table, [.. fields], cancellationToken)));
        }

        using (var lease = await tiers.Get<FederatedQuery.Cold.Engine.DuckDbEngine>().Pool.RentAsync(cancellationToken))
        {
            await lease.Connection.ExecuteAsync("DROP TABLE runs_rows; DROP TABLE runs_names", cancellationToken);
        }

        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string>
        {
            ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["preserve_insertion_order"] = "false",
        });
        using var alone = database.Connect();
        var queries = tiers.Get<QueryService>();
        var facts = new StringBuilder("| layout | files scanned | pruned | rows in them | cold planning |\n| --- | --- | --- | --- | --- |\n");
        var lines = new List<Comparison>();
        foreach (var (table, layout, files) in written)
        {
            var paths = files.Select(file => new Uri(file).LocalPath).ToList();
            var wanted = FilesWith(alone, paths, cancellationToken);
            await CompareAsync(table, layout, paths.Count, wanted);
        }

        return new AreaReport(lines, facts.ToString());

        async Task CompareAsync(string table, string layout, int total, IReadOnlyList<string> wanted)
        {
            var relation = $"read_parquet([{string.Join(", ", wanted.Select(DuckDBSql.QuoteLiteral))}])";
            foreach (var (work, statement) in Statements())
            {
                var (ours, report) = await AskAsync(queries, statement.Replace("{0}", table, StringComparison.Ordinal), cancellationToken);
                var theirs = JsonAnswer.Of(alone, statement.Replace("{0}", relation, StringComparison.Ordinal), cancellationToken);
                CheckSame(work, layout, ours, theirs);
                if (report.FilesRead != wanted.Count)
                {
                    throw new InvalidOperationException($"{layout}: {report.FilesRead} files are read; {wanted.Count} hold wanted rows.");
                }

                if (work == Statements()[0].Work)
                {
                    facts.Append(
                        CultureInfo.InvariantCulture,
                        $"| {layout} | {report.FilesRead} of {total:N0} | {100.0 * (total - report.FilesRead) / total:0.0} % | {report.Rows:N0} | {report.Milliseconds:0.0} ms |\n");
                }

                lines.Add(await SideBySide.TimeAsync(
                    "seed", $"{work}, {layout}", $"DuckDB alone on {(report.FilesRead == 1 ? "that file" : $"those {report.FilesRead} files")}", Unit.Milliseconds, options.Rounds,
                    () => AskAsync(queries, statement.Replace("{0}", table, StringComparison.Ordinal), cancellationToken),
                    () => Task.Run(() => JsonAnswer.Of(alone, statement.Replace("{0}", relation, StringComparison.Ordinal), cancellationToken), cancellationToken),
                    cancellationToken));
            }
        }
    }

    private static (string Work, string Statement)[] Statements() =>
    [
        (string.Create(CultureInfo.InvariantCulture, $"{RunsTable.WantedRows:N0} rows x 4 columns as JSON"),
            $"SELECT workflow_name, started, node, duration_ms FROM {{0}} WHERE workflow_name = '{RunsTable.WantedName}' LIMIT 1000000"),
        ("runs, failures and mean duration by node",
            $"SELECT node, count(*) AS runs, count(*) FILTER (status = 'Failed') AS failed, avg(duration_ms) AS mean FROM {{0}} WHERE workflow_name = '{RunsTable.WantedName}' GROUP BY node ORDER BY node"),
    ];

    private static async Task<(string Rows, ColdReport Report)> AskAsync(QueryService queries, string sql, CancellationToken cancellationToken)
    {
        using var answer = await queries.RunFederatedAsync(new QueryRequest { Sql = sql }, cancellationToken);
        return (Encoding.UTF8.GetString(answer.RowsJson.Span), answer.Report.Cold ?? throw new InvalidOperationException($"No cold table is read by '{sql}'."));
    }

    /// <summary>By opening every file: nothing that planning says is taken for granted.</summary>
    private static List<string> FilesWith(DuckDBConnection connection, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        using var result = connection.Query(
            $"""
            SELECT filename FROM read_parquet([{string.Join(", ", paths.Select(DuckDBSql.QuoteLiteral))}], filename = true)
            WHERE workflow_name = '{RunsTable.WantedName}' GROUP BY filename ORDER BY filename
            """,
            null, cancellationToken);
        return [.. result.ReadChunks().SelectMany(chunk => Enumerable.Range(0, chunk.Count).Select(row => chunk[0].String(row)).ToList())];
    }

    /// <summary>Rows come in any order: compared are their number and the sum of their hashes.</summary>
    private static void CheckSame(string work, string layout, string ours, string theirs)
    {
        var (our, their) = (Sum(ours), Sum(theirs));
        if (our != their)
        {
            throw new InvalidOperationException($"{work}, {layout}: ours has {our.Rows} rows, DuckDB's {their.Rows}, and they differ.");
        }

        static (int Rows, long Hash) Sum(string json)
        {
            var rows = json.Split('}');
            return (rows.Length - 1, rows.Aggregate(0L, (sum, row) => unchecked(sum + row.TrimStart(',', '[').GetHashCode(StringComparison.Ordinal))));
        }
    }
}
