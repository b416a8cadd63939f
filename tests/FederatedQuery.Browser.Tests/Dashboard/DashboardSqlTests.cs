using System.Text;
using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The pages of SQL and of tables as people use them.</summary>
[Collection(BrowserCollection.Name)]
public class DashboardSqlTests(Chromium chromium, DemoGateway gateway)
{
    [BrowserFact]
    public async Task Statement_Run_GivesRowsAPlanAndAFile()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/sql");
        await page.SeeAsync("Begin with one of these");
        var editor = page.Page.GetByLabel("SQL statement");
        await editor.ClickAsync();
        await page.Page.Keyboard.TypeAsync("SELECT region, count(*) AS n FROM sal");
        // The registry's tables are completed.
        await page.Page.GetByRole(AriaRole.Option, new() { NameRegex = new("^sales") }).ClickAsync();
        await page.Page.Keyboard.TypeAsync(" GROUP BY region ORDER BY region");
        await page.Page.Keyboard.PressAsync("Control+Enter");

        await page.Page.GetByRole(AriaRole.Cell, new() { Name = "central" }).WaitForAsync();
        await page.Watched.ScreenshotAsync("dashboard-sql-rows");
        Assert.Empty(await page.SeriousAsync());
        await page.Page.GetByText("Plan", new() { Exact = true }).ClickAsync();
        await page.SeeAsync("Merged by DuckDB");
        await page.Page.GetByText("files read").WaitForAsync();
        await page.Watched.ScreenshotAsync("dashboard-sql-plan");
        Assert.Empty(await page.SeriousAsync());

        // A page in a test has nobody to ask where to save; the file goes by way of memory, as in Firefox.
        await page.Page.EvaluateAsync("() => { delete window.showSaveFilePicker; window.showSaveFilePicker = undefined; }");
        await page.ClickAsync("Export");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "All rows as CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        Assert.Equal("region,n", lines[0]);
        Assert.Equal(6, lines.Length);
    }

    [BrowserFact]
    public async Task Statement_ThatIsWrong_SaysWhatToDo()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/sql?source=postgres&sql=SELECT%20nothing%20FROM%20users");
        await page.ClickAsync("Run");
        var alert = page.Page.GetByRole(AriaRole.Alert);

        Assert.Contains("\"nothing\"", await alert.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Correct the statement", await alert.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("nothing", await page.Page.Locator(".fq-wrong").InnerTextAsync());
        await page.Watched.ScreenshotAsync("dashboard-sql-wrong");
        Assert.Empty(await page.SeriousAsync());

        // The cursor is where the error is, and what is typed there takes the mark away.
        await page.ClickAsync("Go to line 1, column 8");
        await page.Page.Keyboard.TypeAsync("count(*) AS ");
        Assert.Equal(0, await page.Page.Locator(".fq-wrong").CountAsync());
        await page.Page.Keyboard.PressAsync("Control+Enter");
        await page.Page.GetByRole(AriaRole.Columnheader, new() { NameRegex = new("^nothing ") }).WaitForAsync();
    }

    [BrowserFact]
    public async Task Statement_Stopped_IsGivenUpByTheGatewayToo()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/sql?source=postgres&sql=SELECT%20count(*)%20FROM%20generate_series(1,%20100000)%20a,%20generate_series(1,%20100000)%20b");
        await page.ClickAsync("Run");
        await page.SeeAsync("Running for");
        await ActiveAsync(1);

        await page.ClickAsync("Stop");

        await page.SeeAsync("Write a statement and run it");
        await ActiveAsync(0);
    }

    [BrowserFact]
    public async Task Statement_ExplainedStoredAndExported_SaysWhatItCostsAndGivesAFile()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/sql?sql=SELECT%20region,%20sum(amount)%20AS%20total%20FROM%20sales%20GROUP%20BY%20region");
        await page.ClickAsync("Explain");
        await page.SeeAsync("What it would cost; it was not run");
        Assert.Empty(await page.SeriousAsync());

        await page.ClickAsync("Materialize");
        await page.ClickAsync("Store");
        await page.Page.GetByRole(AriaRole.Status).Filter(new() { HasTextRegex = new("^5 rows until ") }).WaitForAsync();
        Assert.Empty(await page.SeriousAsync());
        await page.Page.Keyboard.PressAsync("Escape");
        await page.ClickAsync("Run");
        await page.Page.GetByText("materialized", new() { Exact = true }).WaitForAsync();

        await page.Page.EvaluateAsync("() => { delete window.showSaveFilePicker; window.showSaveFilePicker = undefined; }");
        await page.ClickAsync("Export");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "All rows as Parquet" }).ClickAsync());
        var file = await File.ReadAllBytesAsync((await download.PathAsync())!);
        Assert.Equal(("PAR1", "PAR1"), (Encoding.ASCII.GetString(file, 0, 4), Encoding.ASCII.GetString(file, file.Length - 4, 4)));
    }

    [BrowserFact]
    public async Task Result_OfManyRows_HasOnlyThoseInSightInThePage()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/sql?source=iceberg&sql=SELECT%20*%20FROM%20iceberg_db.sales%20ORDER%20BY%20id");
        await page.ClickAsync("Run");
        await page.SeeAsync("There are more");

        var rows = page.Page.GetByRole(AriaRole.Row);
        Assert.InRange(await rows.CountAsync(), 5, 80);
        await page.Page.GetByRole(AriaRole.Region, new() { Name = "Result" }).EvaluateAsync("grid => grid.scrollTo(0, 1e9)");
        await page.Page.Locator("[role=row][aria-rowindex='1001']").WaitForAsync();
    }

    [BrowserFact]
    public async Task Compaction_Started_IsSeenUntilItEnds()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/tables/iceberg_db/sales");

        await page.ClickAsync("Compact");

        var jobs = page.Page.GetByRole(AriaRole.List, new() { Name = "Jobs" });
        await jobs.GetByText("maintenance").First.WaitForAsync();
        await jobs.GetByText("succeeded").First.WaitForAsync();
    }

    [BrowserFact]
    public async Task Repartition_Asked_SaysWhatWasChosenAndShowsItsJob()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/tables/iceberg_db/sales");
        await page.ClickAsync("Repartition …");
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Buckets").FillAsync("2");
        Assert.Empty(await page.SeriousAsync());

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Repartition", Exact = true }).ClickAsync();

        await dialog.GetByRole(AriaRole.Status).WaitForAsync(new() { Timeout = 60_000 });
        await page.Watched.ScreenshotAsync("dashboard-repartition");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();
        var jobs = page.Page.GetByRole(AriaRole.List, new() { Name = "Jobs" });
        await jobs.GetByText("repartition").First.WaitForAsync();
        await jobs.GetByText("succeeded").First.WaitForAsync();
    }

    /// <summary>Waits until so many requests are under way in the gateway.</summary>
    private async Task ActiveAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await gateway.Process.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), patience.Token)).Contains($"\ngraphql_server_active_requests {count}\n", StringComparison.Ordinal))
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
