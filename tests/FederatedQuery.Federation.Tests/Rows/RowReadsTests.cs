using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FederatedQuery.Columns;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Federation.Tests.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>What is read of rows other than page by page, over random tables, is what one statement over all rows gives.</summary>
public sealed class RowReadsTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int QueriesPerTable = 8;

    private static int Cases => TestVariables.Count("ROWS_CASES", 5);

    [Fact]
    public async Task Reads_RandomQueries_GiveTheRowsOfOneStatement()
    {
        var seed = TestVariables.Seed("ROWS_SEED");
        output.WriteLine($"ROWS_SEED={seed} ROWS_CASES={Cases}");
        var random = new SeededRandom(seed);
        await using var services = await GatewayServices.StartAsync(postgres);
        var reader = services.Get<RowReader>();
        reader.StreamSizes = new StreamSizes { FirstRows = 5, UsualRows = 10, MostRows = 20, SessionAge = TimeSpan.Zero };
        services.Get<KeptGroups>().LeastRows = 1;
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
        var reports = new List<string>();
        string? cursor = null;
        if (left > 0)
        {
            await ReadAsync(left);
            if (cursor is not null && found.Count == left)
            {
                await ReadAsync(int.MaxValue);
            }
        }

        Assert.True(
            (left == 0 ? [] : expected).SequenceEqual(found),
            $"{query.Table}: {query.Filter}; order {string.Join(", ", query.Order)}; left after {left}\nexpected\n{string.Join("\n", expected)}\nfound\n{string.Join("\n", found)}\nasked by\n{string.Join("\n", reports.Distinct())}");

        async Task ReadAsync(int most)
        {
            await using var stream = reader.OpenStream(query, cursor);
            while (found.Count < most && await stream.ReadAsync(CancellationToken.None) is { } batch)
            {
                using (batch)
                {
                    for (var row = 0; row < batch.RowCount && found.Count < most; row++)
                    {
                        found.Add(RowTable.Row(batch, row));
                        cursor = batch.Cursor(row);
                    }
                }

                reports.Add($"{stream.Reading?.Query.Hot?.Sql}; {stream.Reading?.Query.Sql}; {stream.Reading?.Query.Cold?.FilesRead} files");
            }
        }
    }

    private static async Task CheckKeysAsync(RowReader reader, RowSession session, RowTable table, RowQuery query, SeededRandom random)
    {
        var names = Gen.Elements<ImmutableArray<string>>(["id"], ["ts"], ["id", "ts"]).Sample(random);
        var keys = Enumerable.Range(0, Gen.Choose(0, 8).Sample(random)).Select(_ => names.Select(name => RowCases.Present(name).Sample(random)).ToImmutableArray()).ToList();
        var filter = Expression.Or(keys.Select(key => Expression.And(names.Select((name, i) => Expression.Equal(name, key[i])))));

        using var page = await reader.ReadByKeyAsync(session, query, [.. names.Select(table.Id)], keys, CancellationToken.None);

        var expected = await table.ExpectedAsync(query with { Filter = Expression.And(query.Filter, filter) });
        var found = Enumerable.Range(0, page.RowCount).Select(row => RowTable.Row(page, row)).ToList();
        Assert.True(
            expected.SequenceEqual(found),
            $"{query.Table}: {query.Filter}; asked by {page.Report.Hot?.Sql}; {page.Report.Sql}; {page.Report.Cold}\nexpected\n{string.Join("\n", expected)}\nfound\n{string.Join("\n", found)}");
    }

    private static async Task CheckParentsAsync(RowReader reader, RowSession session, RowTable table, RowQuery query, int size, SeededRandom random)
    {
        var names = Gen.Elements<ImmutableArray<string>>(["id"], ["ts"], ["ts", "id"]).Sample(random);
        var parents = Enumerable.Range(0, Gen.Choose(0, 6).Sample(random)).Select(_ => names.Select(name => RowCases.Present(name).Sample(random)).ToImmutableArray()).ToList();
        ImmutableArray<int> fields = [.. names.Select(table.Id)];

        using var pages = await reader.ReadPagesPerParentAsync(session, query, fields, parents, new PageRequest { Count = size }, CancellationToken.None);

        foreach (var parent in parents)
        {
            var expected = await table.ExpectedAsync(query with { Filter = Expression.And([query.Filter, .. names.Select((name, i) => Expression.Equal(name, parent[i]))]) });
            var page = pages.Of(parent);
            var found = Enumerable.Range(0, page.RowCount).Select(row => RowTable.Row(page, row)).ToList();
            Assert.Equal(expected.Take(size), found);
            Assert.Equal(expected.Count > size, page.HasNext);
            if (page.HasNext)
            {
                var after = new PageRequest { Count = size, After = page.Cursor(page.RowCount - 1) };
                using var next = await reader.ReadPagesPerParentAsync(session, query, fields, [parent], after, CancellationToken.None);
                Assert.Equal(expected.Skip(size).Take(size), Enumerable.Range(0, next.Of(parent).RowCount).Select(row => RowTable.Row(next.Of(parent), row)));
            }
        }
    }

    private static async Task CheckAggregatesAsync(RowReader reader, RowSession session, RowTable table, RowQuery rows, SeededRandom random)
    {
        var columns = table.Table.Schema.Fields.Where(field => field.Type is PrimitiveType).ToList();
        var keys = RowCases.Subset([.. columns.Select(field => field.Name)], 2).Sample(random);
        var groups = keys.Select(name => new GroupKey(table.Id(name))).ToList();
        var sql = keys.Select(name => $"\"{name}\"").ToList();
        foreach (var time in columns.Where(field => field.Type is DateType or TimestampType or TimestamptzType && !keys.Contains(field.Name)))
        {
            var (span, unit) = Gen.Elements<(TimeBucket?, string)>(
                (null, ""), (TimeBucket.Hour, "hour"), (TimeBucket.Day, "day"), (TimeBucket.Week, "week"), (TimeBucket.Month, "month"), (TimeBucket.Year, "year")).Sample(random);
            if (span is not null)
            {
                groups.Add(new GroupKey(table.Id(time.Name), span));
                sql.Add($"date_trunc('{unit}', \"{time.Name}\"){(time.Type is DateType ? "::DATE" : "")}");
            }
        }

        var figures = Enumerable.Range(0, Gen.Choose(0, 4).Sample(random)).Select(_ => Figure(Gen.Elements(columns.AsEnumerable()).Sample(random), random)).ToList();
        var query = new AggregateQuery
        {
            Table = table.Table,
            Filter = rows.Filter,
            GroupBy = [.. groups],
            Aggregates = [Aggregate.Count, new Aggregate(AggregateFunction.Sum, table.Id("id")), .. figures.Select(figure => figure.Aggregate)],
            Order = Gen.Elements<ImmutableArray<AggregateOrder>>([], [new AggregateOrder(0, true)], [new AggregateOrder(1, false)]).Sample(random),
            First = Gen.Elements<int?>(null, 3).Sample(random),
        };
        var order = query.Order.Select(by => $"{(by.Aggregate == 0 ? "count(*)" : "sum(id)")} {(by.Descending ? "DESC" : "ASC")} NULLS LAST").Concat(sql.Select(key => $"{key} NULLS LAST")).ToList();
        var condition = DuckDbPredicates.Of(query.Filter.Bind(table.Table.Schema), reference => $"\"{reference.Name}\"");
        var statement = $"SELECT {string.Join(", ", sql.Concat(["count(*)", "sum(id)::DECIMAL(38,0)"]).Concat(figures.Select(figure => figure.Sql)))} FROM {table.Oracle} WHERE {condition}"
            + (sql.Count == 0 ? "" : $" GROUP BY {string.Join(", ", sql)}") + (order.Count == 0 ? "" : $" ORDER BY {string.Join(", ", order)}") + (query.First is { } most ? $" LIMIT {most}" : "");
        var expected = await table.RowsAsync(statement);

        var isRounded = Enumerable.Repeat(false, groups.Count + 2).Concat(figures.Select(figure => figure.IsRounded)).ToList();

        // Read, read and kept, taken from what was kept.
        for (var time = 1; time <= 3; time++)
        {
            using var found = await reader.AggregateAsync(session, query, CancellationToken.None);
            Assert.True(
                expected.Count == found.Count && expected.Index().All(row => AreEqual(row.Item.Split('|'), Row(found, row.Index, groups.Count, query.Aggregates.Length), isRounded)),
                $"{statement}\nasked for the {time}. time by {found.Reading.Query.Hot?.Sql}; {found.Reading.Query.Sql}\nexpected\n{string.Join("\n", expected)}\nfound\n{string.Join("\n", Enumerable.Range(0, found.Count).Select(row => string.Join('|', Row(found, row, groups.Count, query.Aggregates.Length))))}");
        }
    }

    /// <summary>A figure of a column, as the reader and as DuckDB is asked for it, and whether DuckDB rounds it on its way.</summary>
    private static (Aggregate Aggregate, string Sql, bool IsRounded) Figure(NestedField field, SeededRandom random)
    {
        var function = field.Type switch
        {
            // The sum of two of its greatest values is more than a decimal can hold.
            DecimalType { Precision: 38 } => Gen.Elements(AggregateFunction.Minimum, AggregateFunction.Maximum),
            IntType or LongType or FloatType or DoubleType or DecimalType => Gen.Elements(AggregateFunction.Minimum, AggregateFunction.Maximum, AggregateFunction.Sum, AggregateFunction.Average),
            BinaryType => Gen.Constant(AggregateFunction.Count),
            _ => Gen.Elements(AggregateFunction.Minimum, AggregateFunction.Maximum),
        };
        var picked = function.Sample(random);
        return (
            new Aggregate(picked, field.Id),
            picked switch
            {
                AggregateFunction.Count => "count(*)",
                AggregateFunction.Sum => $"sum(\"{field.Name}\"){(field.Type is IntType or LongType ? "::DECIMAL(38, 0)" : "")}",
                AggregateFunction.Average => $"avg(\"{field.Name}\")",
                AggregateFunction.Minimum => $"min(\"{field.Name}\")",
                _ => $"max(\"{field.Name}\")",
            },
            picked == AggregateFunction.Average || (picked == AggregateFunction.Sum && field.Type is FloatType or DoubleType));
    }

    /// <summary>Sums of doubles depend on the order of adding, by their last digits and, at the end of their range, by whether they are a number at all.</summary>
    private static bool AreEqual(IReadOnlyList<string> expected, IReadOnlyList<string> found, IReadOnlyList<bool> isRounded) => expected.Count == found.Count && expected.Index().All(cell =>
        cell.Item == found[cell.Index] || (isRounded[cell.Index] && AreNear(Number(cell.Item), Number(found[cell.Index]))));

    private static bool AreNear(double one, double other) => double.IsFinite(one) && double.IsFinite(other)
        ? Math.Abs(one - other) <= 1e-12 * Math.Max(Math.Abs(one), Math.Abs(other))
        : (!double.IsFinite(one) || Math.Abs(one) > 1e307) && (!double.IsFinite(other) || Math.Abs(other) > 1e307);

    /// <summary>What is no finite number is null.</summary>
    private static double Number(string json) => json == "null" ? double.NaN : double.Parse(json, CultureInfo.InvariantCulture);

    private static string[] Row(AggregateRows rows, int row, int keys, int figures) =>
    [
        .. Enumerable.Range(0, keys).Select(key => rows.Key(row, key)).Concat(Enumerable.Range(0, figures).Select(figure => rows.Figure(row, figure)))
            .Select(json => Encoding.UTF8.GetString(json.Span)).Select(text => text == "-0" ? "0" : text),
    ];
}
