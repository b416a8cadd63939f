using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FederatedQuery.Columns;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Tests.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Testing;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>What is read of rows other than page by page, over random tables, is what one statement over all rows gives.</summary>
public sealed class RowReadsTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int QueriesPerTable = 8;

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("ROWS_CASES"), CultureInfo.InvariantCulture, out var cases) ? cases : 5;

    [Fact]
    public async Task Reads_RandomQueries_GiveTheRowsOfOneStatement()
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("ROWS_SEED"), CultureInfo.InvariantCulture, out var asked) ? asked : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"ROWS_SEED={seed} ROWS_CASES={Cases}");
        var random = new SeededRandom(seed);
        await using var services = await GatewayServices.StartAsync(postgres);
        var reader = services.Get<RowReader>();
        reader.StreamSizes = new StreamSizes { FirstRows = 5, UsualRows = 10, MostRows = 20, SessionAge = TimeSpan.Zero };
        for (var i = 0; i < Cases; i++)
        {
            var table = await RowCases.TableAsync(services, random, i);
            await using var session = await reader.OpenAsync([table.Table], Caller.Anonymous, CancellationToken.None);
            for (var query = 0; query < QueriesPerTable; query++)
            {
                await CheckStreamAsync(reader, table, RowCases.Query(table, random), Gen.Choose(0, 40).Sample(random));
                await CheckKeysAsync(reader, session, table, RowCases.Query(table, random), random);
                await CheckParentsAsync(reader, session, table, RowCases.Query(table, random), Gen.Choose(1, 5).Sample(random), random);
                await CheckAggregatesAsync(reader, session, table, RowCases.Query(table, random), random);
            }
        }
    }

    /// <summary>A stream that is left after some rows and gone on with by another.</summary>
    private static async Task CheckStreamAsync(RowReader reader, RowTable table, RowQuery query, int left)
    {
        var expected = await table.ExpectedAsync(query);
        var found = new List<string>();
        string? cursor = null;
        await foreach (var batch in reader.StreamAsync(query, null, CancellationToken.None))
        {
            for (var row = 0; row < batch.RowCount && found.Count < left; row++)
            {
                found.Add(RowTable.Row(batch, row));
                cursor = batch.Cursor(row);
            }

            if (found.Count >= left)
            {
                break;
            }
        }

        if (left > 0 && cursor is not null && found.Count == left)
        {
            await foreach (var batch in reader.StreamAsync(query, cursor, CancellationToken.None))
            {
                found.AddRange(Enumerable.Range(0, batch.RowCount).Select(row => RowTable.Row(batch, row)));
            }
        }

        Assert.True((left == 0 ? [] : expected).SequenceEqual(found), $"{query.Table}: {query.Filter}; order {string.Join(", ", query.Order)}; left after {left}\nexpected\n{string.Join("\n", expected)}\nfound\n{string.Join("\n", found)}");
    }

    private static async Task CheckKeysAsync(RowReader reader, RowSession session, RowTable table, RowQuery query, SeededRandom random)
    {
        var names = Gen.Elements<ImmutableArray<string>>(["id"], ["ts"], ["id", "ts"]).Sample(random);
        var keys = Enumerable.Range(0, Gen.Choose(0, 8).Sample(random)).Select(_ => names.Select(name => RowCases.Present(name).Sample(random)).ToImmutableArray()).ToList();
        var filter = Expression.Or(keys.Select(key => Expression.And(names.Select((name, i) => Expression.Equal(name, key[i])))));

        using var page = await reader.ReadByKeyAsync(session, query, [.. names.Select(table.Id)], keys, CancellationToken.None);

        var expected = await table.ExpectedAsync(query with { Filter = Expression.And(query.Filter, filter) });
        Assert.Equal(expected, Enumerable.Range(0, page.RowCount).Select(row => RowTable.Row(page, row)));
    }

    private static async Task CheckParentsAsync(RowReader reader, RowSession session, RowTable table, RowQuery query, int size, SeededRandom random)
    {
        var column = Gen.Elements("id", "ts").Sample(random);
        var parents = Enumerable.Range(0, Gen.Choose(0, 6).Sample(random)).Select(_ => RowCases.Present(column).Sample(random)).Distinct().ToList();

        using var pages = await reader.ReadPagesPerParentAsync(session, query, table.Id(column), parents, new PageRequest { Count = size }, CancellationToken.None);

        foreach (var parent in parents)
        {
            var expected = await table.ExpectedAsync(query with { Filter = Expression.And(query.Filter, Expression.Equal(column, parent)) });
            var page = pages.Of(parent);
            var found = Enumerable.Range(0, page.RowCount).Select(row => RowTable.Row(page, row)).ToList();
            Assert.Equal(expected.Take(size), found);
            Assert.Equal(expected.Count > size, page.HasNext);
            if (page.HasNext)
            {
                var after = new PageRequest { Count = size, After = page.Cursor(page.RowCount - 1) };
                using var next = await reader.ReadPagesPerParentAsync(session, query, table.Id(column), [parent], after, CancellationToken.None);
                Assert.Equal(expected.Skip(size).Take(size), Enumerable.Range(0, next.Of(parent).RowCount).Select(row => RowTable.Row(next.Of(parent), row)));
            }
        }
    }

    private static async Task CheckAggregatesAsync(RowReader reader, RowSession session, RowTable table, RowQuery rows, SeededRandom random)
    {
        var keys = RowCases.Subset([.. table.Table.Schema.Fields.Select(field => field.Name).Where(name => name is "i" or "flag" or "s" or "u" or "id")], 2).Sample(random);
        var bucket = Gen.Elements(0, 1, 2, 3, 4, 5).Sample(random);
        var groups = keys.Select(name => new GroupKey(table.Id(name))).ToList();
        var sql = keys.Select(name => $"\"{name}\"").ToList();
        if (bucket > 0)
        {
            var (span, unit) = new[] { (TimeBucket.Hour, "hour"), (TimeBucket.Day, "day"), (TimeBucket.Week, "week"), (TimeBucket.Month, "month"), (TimeBucket.Year, "year") }[bucket - 1];
            groups.Add(new GroupKey(table.Id("ts"), span));
            sql.Add($"date_trunc('{unit}', ts)");
        }

        var query = new AggregateQuery
        {
            Table = table.Table,
            Filter = rows.Filter,
            GroupBy = [.. groups],
            Aggregates =
            [
                Aggregate.Count, new Aggregate(AggregateFunction.Sum, table.Id("id")), new Aggregate(AggregateFunction.Minimum, table.Id("ts")),
                new Aggregate(AggregateFunction.Maximum, table.Id("id")), new Aggregate(AggregateFunction.Average, table.Id("id")),
            ],
            Order = Gen.Elements<ImmutableArray<AggregateOrder>>([], [new AggregateOrder(0, true)], [new AggregateOrder(1, false)]).Sample(random),
            First = Gen.Elements<int?>(null, 3).Sample(random),
        };
        var order = query.Order.Select(by => $"{(by.Aggregate == 0 ? "count(*)" : "sum(id)")} {(by.Descending ? "DESC" : "ASC")} NULLS LAST").Concat(sql.Select(key => $"{key} NULLS LAST")).ToList();
        var condition = DuckDbPredicates.Of(query.Filter.Bind(table.Table.Schema), reference => $"\"{reference.Name}\"");
        var expected = await table.RowsAsync(
            $"SELECT {string.Join(", ", sql.Concat(["count(*)", "sum(id)::DECIMAL(38,0)", "min(ts)", "max(id)", "avg(id)"]))} FROM {table.Oracle} WHERE {condition}"
            + (sql.Count == 0 ? "" : $" GROUP BY {string.Join(", ", sql)}") + (order.Count == 0 ? "" : $" ORDER BY {string.Join(", ", order)}") + (query.First is { } most ? $" LIMIT {most}" : ""));

        using var found = await reader.AggregateAsync(session, query, CancellationToken.None);

        Assert.Equal(expected.Select(WithoutAverage), Enumerable.Range(0, found.Count).Select(row => WithoutAverage(Row(found, row, groups.Count, query.Aggregates.Length))));
        Assert.Equal(expected.Select(AverageOf), Enumerable.Range(0, found.Count).Select(row => AverageOf(Row(found, row, groups.Count, query.Aggregates.Length))));
    }

    private static string WithoutAverage(string row) => row[..row.LastIndexOf('|')];

    private static string AverageOf(string row) => row[(row.LastIndexOf('|') + 1)..] is var text && text == "null" ? text : double.Parse(text, CultureInfo.InvariantCulture).ToString("G13", CultureInfo.InvariantCulture);

    private static string Row(AggregateRows rows, int row, int keys, int figures) => string.Join("|", Enumerable.Range(0, keys).Select(key => rows.Key(row, key))
        .Concat(Enumerable.Range(0, figures).Select(figure => rows.Figure(row, figure))).Select(json => Encoding.UTF8.GetString(json.Span)));
}
