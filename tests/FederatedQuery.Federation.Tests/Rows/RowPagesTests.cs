using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Tests.Sql;
using FederatedQuery.Testing;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>
/// All pages of a query, one behind the other, are the rows of one statement over all rows. Cases come from a seed that is printed; ROWS_CASES asks for more tables, ROWS_SEED for
/// those of one seed.
/// </summary>
public sealed class RowPagesTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int QueriesPerTable = 20;

    private static int Cases => TestVariables.Count("ROWS_CASES", 5);

    [Fact]
    public async Task ReadPage_RandomQueries_PagesAreTheRowsOfOneStatement()
    {
        var seed = TestVariables.Seed("ROWS_SEED");
        output.WriteLine($"ROWS_SEED={seed} ROWS_CASES={Cases}");
        var random = new SeededRandom(seed);
        await using var services = await GatewayServices.StartAsync(postgres);
        services.Get<RowReader>().LeastWindowRows = 1;
        for (var i = 0; i < Cases; i++)
        {
            var table = await RowCases.TableAsync(services, random, i);
            for (var query = 0; query < QueriesPerTable; query++)
            {
                await CheckAsync(services, table, RowCases.Query(table, random), Gen.Choose(1, 17).Sample(random), Gen.Elements(true, false).Sample(random));
            }
        }
    }

    private static async Task CheckAsync(GatewayServices services, RowTable table, RowQuery query, int size, bool isBackward)
    {
        var reader = services.Get<RowReader>();
        var expected = await table.ExpectedAsync(query);
        var found = new List<string>();
        var what = $"{query.Table}: {query.Filter}; order {string.Join(", ", query.Order)}; columns {(query.Columns.IsDefault ? "all" : string.Join(",", query.Columns))}; pages of {size} {(isBackward ? "backward" : "forward")}";
        string? cursor = null;
        for (var pages = 0; ; pages++)
        {
            Assert.True(pages <= (expected.Count / size) + 1, $"There is no end of pages: {what}");
            using var page = await reader.ReadPageAsync(
                query, new PageRequest { Count = size, IsBackward = isBackward, After = isBackward ? null : cursor, Before = isBackward ? cursor : null }, CancellationToken.None);
            var rows = Enumerable.Range(0, page.RowCount).Select(row => RowTable.Row(page, row)).ToList();
            found.InsertRange(isBackward ? 0 : found.Count, rows);
            var hasMore = isBackward ? page.HasPrevious : page.HasNext;
            Assert.True(hasMore == found.Count < expected.Count, $"{found.Count} of {expected.Count} rows, has more {hasMore}: {what}\nexpected\n{string.Join("\n", expected)}\nfound\n{string.Join("\n", found)}");
            if (!hasMore)
            {
                break;
            }

            cursor = page.Cursor(isBackward ? 0 : page.RowCount - 1);
        }

        Assert.True(expected.SequenceEqual(found), $"{what}\nexpected\n{string.Join("\n", expected)}\nfound\n{string.Join("\n", found)}");
        Assert.Equal(expected.Count, (await reader.CountAsync(query, CancellationToken.None)).Rows);
    }
}
