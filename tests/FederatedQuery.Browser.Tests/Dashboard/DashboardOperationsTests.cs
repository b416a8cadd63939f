using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The page of operations, and the lists of a table's page.</summary>
[Collection(BrowserCollection.Name)]
public class DashboardOperationsTests(Chromium chromium, DemoGateway gateway)
{
    [BrowserFact]
    public async Task QueryMetrics_AfterStatements_AreDrawnForEachTier()
    {
        for (var i = 0; i < 3; i++)
        {
            await gateway.DataAsync("""{ postgresQuery(query: "SELECT count(*) FROM users") { rowCount } }""");
            await gateway.DataAsync("""{ icebergQuery(query: "SELECT count(*) FROM iceberg_db.sales") { rowCount } }""");
            await gateway.DataAsync("""{ federatedQuery(query: "SELECT region, sum(amount) FROM sales GROUP BY region") { rowCount } }""");
        }

        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/operations");
        foreach (var tier in new[] { "Hot tier", "Cold tier", "Both tiers" })
        {
            var charts = page.Page.GetByRole(AriaRole.Region, new() { Name = tier, Exact = true });
            var counts = charts.GetByRole(AriaRole.Img, new() { NameRegex = new("quer(y|ies)") });
            await counts.WaitForAsync();
            Assert.Matches("[1-9][0-9]* quer", await counts.GetAttributeAsync("aria-label"));
            // The line's own blue is somewhere in the picture.
            await page.Page.WaitForFunctionAsync(
                """
                chart => {
                  const canvas = chart.querySelector('canvas');
                  const data = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data ?? [];
                  for (let i = 0; i < data.length; i += 4) {
                    if (data[i] === 0x42 && data[i + 1] === 0x63 && data[i + 2] === 0xeb && data[i + 3] === 255) {
                      return true;
                    }
                  }
                  return false;
                }
                """,
                await counts.ElementHandleAsync());
        }

        await page.Page.GetByText("Queries", new() { Exact = true }).First.ScrollIntoViewIfNeededAsync();
        await page.Watched.ScreenshotAsync("dashboard-charts");
        Assert.Empty(await page.SeriousAsync());
    }

    [BrowserFact]
    public async Task Lists_OfATable_LeadFromAPartitionToItsFiles()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/tables/default/sales?list=partitions");
        var partitions = page.Page.GetByRole(AriaRole.Region, new() { Name = "Partitions, newest first" });
        var first = partitions.GetByRole(AriaRole.Button).First;
        await first.WaitForAsync();
        await page.Watched.ScreenshotAsync("dashboard-partitions");
        Assert.Empty(await page.SeriousAsync());
        var name = await first.InnerTextAsync();
        await first.ClickAsync();

        await page.Page.WaitForURLAsync(url => url.Contains("list=files&partition=", StringComparison.Ordinal));
        var files = page.Page.GetByRole(AriaRole.Region, new() { Name = "Files, newest first" });
        await files.GetByText(".parquet").First.WaitForAsync();
        Assert.Equal(await files.GetByText(".parquet").CountAsync(), await files.GetByText(name).CountAsync());
        await page.Watched.ScreenshotAsync("dashboard-files");
        Assert.Empty(await page.SeriousAsync());

        await page.ClickAsync("All files");
        // Until then the list is the partition's.
        await page.Button("All files").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        // What is left out of a page comes with the next ones.
        var total = (await gateway.DataAsync("""{ table(name: "sales") { coldFiles } }""")).GetProperty("table").GetProperty("coldFiles").GetInt32();
        var shown = files.GetByText(".parquet");
        await shown.First.WaitForAsync();
        for (var count = 0; (count = await shown.CountAsync()) < total;)
        {
            await page.ClickAsync("Show more");
            await shown.Nth(count).WaitForAsync();
        }

        Assert.Equal(total, await shown.CountAsync());
    }
}
