using System.Globalization;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.Benchmarks.Federated;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Benchmarks.Pages;

/// <summary>Pages of a table in both tiers, against the tier that holds them asked by hand: PostgreSQL alone, and DuckDB alone on one Parquet file of all rows.</summary>
internal static class PagesComparison
{
    private const int Size = 1000;
    private const int WalkedPages = 50;

    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var tiers = await BothTiers.StartAsync(cancellationToken);
        var loaded = await FlightsTable.LoadAsync(tiers, options.Rows, cancellationToken);
        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string> { ["threads"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture) });
        using var alone = database.Connect();
        alone.Execute($"CREATE VIEW flights AS SELECT * FROM read_parquet({DuckDBSql.QuoteLiteral(loaded.FlightsFile)})", cancellationToken);
        var reader = tiers.Get<RowReader>();
        var table = await tiers.Get<TableRegistry>().RequireAsync(null, "flights", cancellationToken);
        int Id(string column) => table.Schema.FindField(column)!.Id;
        var newest = new RowQuery { Table = table, Order = [new RowOrder(Id("date"), Descending: true)] };
        var coldDay = loaded.Newest.AddDays(-45).ToDateTime(TimeOnly.MinValue);
        var cold = newest with { Filter = Expression.LessThan("date", Literal.Timestamp((coldDay.Ticks - DateTime.UnixEpoch.Ticks) / 10)) };
        var before = $"date < TIMESTAMP '{coldDay:yyyy-MM-dd}'";
        var comparisons = new List<Comparison>();

        await AddAsync($"newest {Size} of all", "PostgreSQL alone", () => PageAsync(newest), () => PostgresAsync(tiers, "true", "DESC"));
        await AddAsync($"newest {Size} of what is older than 45 days", "DuckDB alone, one Parquet file", () => PageAsync(cold), () => DuckDbAsync(before, "DESC"));
        await AddAsync(
            $"oldest {Size} of all", "DuckDB alone, one Parquet file", () => PageAsync(newest with { Order = [new RowOrder(Id("date"))] }), () => DuckDbAsync("true", "ASC"));
        await AddAsync($"{WalkedPages} pages of {Size}, one behind the other, newest first, from the 28th day on", "the same of DuckDB alone by keyset", () => WalkAsync(newest), WalkAloneAsync);
        await AddAsync("`count` of all", "DuckDB alone, one Parquet file", () => reader.CountAsync(newest, cancellationToken), () => Task.Run(() => JsonAnswer.Of(alone, "SELECT count(*) FROM flights", cancellationToken), cancellationToken));
        await AddAsync("flights and average delay by day", "DuckDB alone, one Parquet file", AggregateAsync, () => Task.Run(
            () => JsonAnswer.Of(alone, "SELECT date_trunc('day', date) AS day, count(*), avg(delay) FROM flights GROUP BY 1 ORDER BY 1", cancellationToken), cancellationToken));
        return comparisons;

        async Task AddAsync(string work, string rival, Func<Task> ours, Func<Task> theirs) =>
            comparisons.Add(await SideBySide.TimeAsync("pages", work, rival, Unit.Milliseconds, options.Rounds, ours, theirs, cancellationToken));

        async Task PageAsync(RowQuery query)
        {
            using var page = await reader.ReadPageAsync(query, new PageRequest { Count = Size }, cancellationToken);
            Check(page.RowCount);
        }

        async Task WalkAsync(RowQuery query)
        {
            var started = query with { Filter = Expression.LessThan("date", Literal.Timestamp((loaded.Newest.AddDays(-27).ToDateTime(TimeOnly.MinValue).Ticks - DateTime.UnixEpoch.Ticks) / 10)) };
            string? cursor = null;
            for (var i = 0; i < WalkedPages; i++)
            {
                using var page = await reader.ReadPageAsync(started, new PageRequest { Count = Size, After = cursor }, cancellationToken);
                Check(page.RowCount);
                cursor = page.Cursor(page.RowCount - 1);
            }
        }

        Task WalkAloneAsync() => Task.Run(
            () =>
            {
                var from = $"date < TIMESTAMP '{loaded.Newest.AddDays(-27):yyyy-MM-dd}'";
                for (var i = 0; i < WalkedPages; i++)
                {
                    var last = Comparing.SingleValue.Of(
                        alone, $"SELECT last(date || ',' || row_id) FROM (SELECT * FROM flights WHERE {from} ORDER BY date DESC, row_id DESC LIMIT {Size})", cancellationToken).Split(',');
                    from = $"date <= TIMESTAMP '{last[0]}' AND (date < TIMESTAMP '{last[0]}' OR row_id < UUID '{last[1]}')";
                }
            },
            cancellationToken);

        async Task AggregateAsync()
        {
            using var groups = await reader.AggregateAsync(
                new AggregateQuery
                {
                    Table = table,
                    GroupBy = [new GroupKey(Id("date"), TimeBucket.Day)],
                    Aggregates = [Aggregate.Count, new Aggregate(AggregateFunction.Average, Id("delay"))],
                },
                cancellationToken);
        }

        Task DuckDbAsync(string where, string direction) => Task.Run(
            () => JsonAnswer.Of(alone, $"SELECT * FROM flights WHERE {where} ORDER BY date {direction}, row_id {direction} LIMIT {Size}", cancellationToken), cancellationToken);
    }

    private static async Task PostgresAsync(BothTiers tiers, string where, string direction)
    {
        await using var command = tiers.Postgres.CreateCommand($"SELECT json_agg(f)::text FROM (SELECT * FROM flights WHERE {where} ORDER BY date {direction}, row_id {direction} LIMIT {Size}) f");
        await command.ExecuteScalarAsync();
    }

    private static void Check(int rows)
    {
        if (rows != Size)
        {
            throw new InvalidOperationException($"A page has {rows} rows in place of {Size}.");
        }
    }
}
