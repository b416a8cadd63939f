using System.Globalization;
using System.Text;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Benchmarks.Federated;

/// <summary>Statements over a table in both tiers, against DuckDB alone on one Parquet file of the same rows.</summary>
internal static class FederatedComparison
{
    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        var table = await FlightsTable.LoadAsync(tiers, options.Rows, cancellationToken);
        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string> { ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture) });
        using var alone = database.Connect();
        alone.Execute($"CREATE VIEW flights AS SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(table.FlightsFile)})", cancellationToken);
        alone.Execute($"CREATE VIEW airports AS SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(table.AirportsFile)})", cancellationToken);
        var queries = tiers.Get<QueryService>();
        var comparisons = new List<Comparison>();
        foreach (var (name, sql) in Statements(table.Newest))
        {
            var (ours, report) = await AskAsync(queries, sql, cancellationToken);
            var theirs = JsonAnswer.Of(alone, sql, cancellationToken);
            if (ours != theirs)
            {
                throw new InvalidOperationException($"To '{sql}' the tiers answer {ours}, DuckDB alone {theirs}.");
            }

            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name}: {report.Hot?.Rows ?? 0:N0} hot rows in {report.Hot?.Milliseconds ?? 0:N1} ms, {report.Cold?.FilesRead ?? 0} of {report.Cold?.FilesTotal ?? 0} files planned in {report.Cold?.Milliseconds ?? 0:N1} ms"));
            comparisons.Add(await SideBySide.TimeAsync(
                "federated", name, "DuckDB alone, one Parquet file", Unit.Milliseconds, options.Rounds,
                () => AskAsync(queries, sql, cancellationToken),
                () => Task.Run(() => JsonAnswer.Of(alone, sql, cancellationToken), cancellationToken),
                cancellationToken));
        }

        return comparisons;
    }

    private static IEnumerable<(string Name, string Sql)> Statements(DateOnly newest)
    {
        yield return ("`SELECT count(*), avg(delay) FROM flights`", "SELECT count(*) AS flights, avg(delay) AS delay FROM flights");
        yield return ("the same of one cold day", OfDay(newest.AddDays(-45)));
        yield return ("the same of one hot day", OfDay(newest.AddDays(-5)));
        yield return ("by region, joined with a hot table", """
            SELECT a.region, count(*) AS flights, avg(f.delay) AS delay
            FROM flights AS f JOIN airports AS a ON a.code = f.origin GROUP BY a.region ORDER BY a.region
            """);
    }

    private static string OfDay(DateOnly day) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT count(*) AS flights, avg(delay) AS delay FROM flights WHERE date >= TIMESTAMP '{day:yyyy-MM-dd}' AND date < TIMESTAMP '{day.AddDays(1):yyyy-MM-dd}'");

    private static async Task<(string Rows, QueryReport Report)> AskAsync(QueryService queries, string sql, CancellationToken cancellationToken)
    {
        using var answer = await queries.RunFederatedAsync(new QueryRequest { Sql = sql }, cancellationToken);
        return (Encoding.UTF8.GetString(answer.RowsJson.Span), answer.Report);
    }
}
