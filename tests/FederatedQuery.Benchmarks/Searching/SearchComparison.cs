using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Exports;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs;
using FederatedQuery.Logs.Search;

namespace FederatedQuery.Benchmarks.Searching;

/// <summary>
/// Searches of log records over both tiers, against the slower of PostgreSQL and DuckDB when each does its own half by hand; DuckDB's half counts where ours read cold files.
/// </summary>
internal static class SearchComparison
{
    private const string Area = "search";

    /// <summary>Half of them cold.</summary>
    private const int DownloadedRecords = 436_985;

    public static async Task<AreaReport> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        var table = await LogsTable.LoadAsync(tiers, options.Records, cancellationToken);
        var files = Directory.GetFiles(tiers.File("warehouse"), "*.parquet", SearchOption.AllDirectories);
        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string> { ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture) });
        using var alone = database.Connect();
        alone.Execute("SET TimeZone = 'UTC'", cancellationToken);
        alone.Execute($"CREATE VIEW logs AS SELECT * FROM read_parquet([{string.Join(", ", files.Select(DuckDBSql.QuoteLiteral))}])", cancellationToken);

        var lines = new List<Comparison>();
        var figures = new StringBuilder("| search | p50 | p99 | p50 by hand | cold files read | cold bytes read |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var search in Searches(tiers, table).Where(search => options.Only is null || search.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            var isCold = (await search.AskAsync(cancellationToken)).Cold is { FilesRead: > 0 };
            var line = await SideBySide.MeasureAsync(
                Area, search.Name, "the slower of both by hand", Unit.Milliseconds, options.Rounds,
                () => SecondsAsync(() => search.AskAsync(cancellationToken)),
                async () => Math.Max(
                    search.Postgres is { } hot ? await SecondsAsync(() => AskPostgresAsync(tiers, hot, cancellationToken)) : 0,
                    search.DuckDb is { } cold && isCold ? await SecondsAsync(() => Task.Run(() => JsonAnswer.Of(alone, cold, cancellationToken), cancellationToken)) : 0),
                cancellationToken);
            var report = await search.AskAsync(cancellationToken);
            lines.Add(line);
            figures.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {search.Name} | {Unit.Milliseconds.Format(Comparison.Median(line.Ours))} | {Unit.Milliseconds.Format(line.Ours.Order().ElementAt((int)Math.Ceiling(line.Ours.Count * 0.99) - 1))} | {Unit.Milliseconds.Format(Comparison.Median(line.Theirs))} | {report.Cold?.FilesRead ?? 0} of {report.Cold?.FilesTotal ?? 0} | {report.Cold?.BytesRead ?? 0:N0} |"));
        }

        return new AreaReport(lines, figures.ToString());
    }

    private static IEnumerable<Search> Searches(BothTiers tiers, LogsTable table)
    {
        var figures = new LogFigures(Logs(tiers), tiers.Get<RowReader>());
        const string Columns = "id, timestamp, level, message, workflow_name";
        const string Newest = "ORDER BY timestamp DESC, id DESC LIMIT 50";
        const string Errors = "level = 'ERROR' AND workflow_name = 'workflow-17'";
        yield return new Search(
            "newest 50 by level and workflow",
            Page(tiers, Expression.And(Expression.Equal("level", Literal.String("ERROR")), Expression.Equal("workflow_name", Literal.String("workflow-17")))),
            $"SELECT {Columns} FROM logs WHERE {Errors} {Newest}",
            $"SELECT {Columns} FROM logs WHERE {Errors} {Newest}");
        yield return new Search(
            "newest 50 with two words and of one workflow, most of them cold",
            Page(tiers, Expression.And(Expression.Search("message", TextSearch.Parse("refused upstream")), Expression.Equal("workflow_name", Literal.String("workflow-17")))),
            $"SELECT {Columns} FROM logs WHERE message ILIKE '%refused%' AND message ILIKE '%upstream%' AND workflow_name = 'workflow-17' {Newest}",
            $"SELECT {Columns} FROM logs WHERE message ILIKE '%refused%' AND message ILIKE '%upstream%' AND workflow_name = 'workflow-17' {Newest}");
        yield return new Search(
            "newest 50 with a rare word",
            Page(tiers, Expression.Search("message", TextSearch.Parse("refused"))),
            $"SELECT {Columns} FROM logs WHERE message ILIKE '%refused%' {Newest}",
            $"SELECT {Columns} FROM logs WHERE message ILIKE '%refused%' {Newest}");
        yield return new Search(
            "newest 50 with a common word",
            Page(tiers, Expression.Search("message", TextSearch.Parse("connection"))),
            $"SELECT {Columns} FROM logs WHERE message ILIKE '%connection%' {Newest}",
            $"SELECT {Columns} FROM logs WHERE message ILIKE '%connection%' {Newest}");
        yield return Histogram("minutes of a cold day", -100, isHot: false);
        yield return Histogram("minutes of a hot day", -5, isHot: true);
        const string Commonest = "SELECT workflow_name, count(*) AS n FROM logs GROUP BY workflow_name ORDER BY n DESC, workflow_name LIMIT 20";
        yield return new Search("the 20 commonest workflows, asked for the first time", FirstCommonestAsync, Commonest, Commonest);
        yield return new Search("the 20 commonest workflows, asked for again", CommonestAsync, Commonest, Commonest);
        var first = (table.Records / LogsTable.Days * LogsTable.ColdDays) - (DownloadedRecords / 2);
        if (first >= 0 && first + DownloadedRecords <= table.Records)
        {
            yield return Download(table.MicrosOf(first), table.MicrosOf(first + DownloadedRecords));
        }

        async Task<QueryReport> CommonestAsync(CancellationToken cancellationToken) =>
            (await figures.ValuesAsync("workflow_name", Expression.True, 20, Caller.Anonymous, cancellationToken)).Report!.Query;

        async Task<QueryReport> FirstCommonestAsync(CancellationToken cancellationToken)
        {
            await tiers.Get<KeptGroups>().ForgetAsync(new TableIdentifier("default", "logs"), cancellationToken);
            return await CommonestAsync(cancellationToken);
        }

        Search Download(long from, long to)
        {
            var filter = Expression.And(
                Expression.GreaterThanOrEqual(LogTable.TimeColumn, Literal.Timestamptz(from)), Expression.LessThan(LogTable.TimeColumn, Literal.Timestamptz(to)));
            var sql = $"SELECT {Columns} FROM logs WHERE timestamp >= '{Instant(from)}' AND timestamp < '{Instant(to)}' ORDER BY timestamp, id";
            return new Search(
                string.Create(CultureInfo.InvariantCulture, $"download of {DownloadedRecords:N0} records as NDJSON, half of them cold"), cancellationToken => DownloadAsync(tiers, filter, cancellationToken), sql, sql);
        }

        Search Histogram(string name, int day, bool isHot)
        {
            var (from, to) = (table.Today.AddDays(day), table.Today.AddDays(day + 1));
            var filter = Expression.And(Expression.GreaterThanOrEqual(LogTable.TimeColumn, Moment(from)), Expression.LessThan(LogTable.TimeColumn, Moment(to)));
            var condition = string.Create(CultureInfo.InvariantCulture, $"timestamp >= '{from:yyyy-MM-dd} 00:00:00+00' AND timestamp < '{to:yyyy-MM-dd} 00:00:00+00'");
            return new Search(
                name,
                async cancellationToken => (await figures.HistogramAsync(filter, TimeSpan.FromMinutes(1), Caller.Anonymous, cancellationToken)).Report.Query,
                isHot ? $"SELECT (extract(epoch FROM timestamp) * 1000000)::int8 / 60000000 AS minute, level, count(*) FROM logs WHERE {condition} GROUP BY 1, 2 ORDER BY 1, 2" : null,
                isHot ? null : $"SELECT epoch_us(timestamp) // 60000000 AS minute, level, count(*) FROM logs WHERE {condition} GROUP BY 1, 2 ORDER BY 1, 2");
        }
    }

    private static LogReader Logs(BothTiers tiers) => new(tiers.Get<Federation.Registry.TableRegistry>(), tiers.Get<RowReader>());

    private static Func<CancellationToken, Task<QueryReport>> Page(BothTiers tiers, Expression filter)
    {
        var logs = Logs(tiers);
        return async cancellationToken =>
        {
            using var page = await logs.ReadAsync(
                new LogQuery { Filter = filter, Columns = ["id", "timestamp", "level", "message", "workflow_name"] }, new PageRequest { Count = 50 }, count: false, cancellationToken);
            return page.Rows!.Report;
        };
    }

    /// <summary>As GET /logs/download does it, to nowhere.</summary>
    private static async Task<QueryReport> DownloadAsync(BothTiers tiers, Expression filter, CancellationToken cancellationToken)
    {
        var table = await Logs(tiers).TableAsync(cancellationToken);
        var query = new LogQuery { Filter = filter, Order = [(LogTable.TimeColumn, false)], Columns = ["id", "timestamp", "level", "message", "workflow_name"] };
        await using var stream = tiers.Get<RowReader>().OpenStream(query.Over(table), after: null);
        var output = PipeWriter.Create(Stream.Null);
        var records = await RowCopy.RunAsync(
            [.. query.Columns.Select(column => new DuckDBColumn(column, DuckDbTypes.Of(LogTable.Schema.FindField(column)!.Type)))], stream.ReadAsync, batch => batch.Chunk,
            (columns, token) => tiers.Get<RowExports>().OpenAsync(ExportFormat.Ndjson, output, columns, token), cancellationToken);
        return records == DownloadedRecords ? stream.Reading!.Query : throw new InvalidOperationException($"{records} records came in place of {DownloadedRecords}.");
    }

    private static string Instant(long micros) => EpochTime.UtcOf(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture);

    private static Literal Moment(DateOnly day) => Literal.Timestamptz(EpochTime.DaysOf(day) * EpochTime.MicrosPerDay);

    private static async Task AskPostgresAsync(BothTiers tiers, string sql, CancellationToken cancellationToken)
    {
        await using var command = tiers.Postgres.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
        }
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <param name="Name">What is looked for.</param>
    /// <param name="AskAsync">Us.</param>
    /// <param name="Postgres">The hot half by hand; null: nothing there.</param>
    /// <param name="DuckDb">The cold half by hand; null: nothing there.</param>
    private sealed record Search(string Name, Func<CancellationToken, Task<QueryReport>> AskAsync, string? Postgres, string? DuckDb);
}
