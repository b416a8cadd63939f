using System.Globalization;
using System.Text.Json;
using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The page of logs as people use it.</summary>
[Collection(BrowserCollection.Name)]
public class DashboardLogsTests(Chromium chromium, DemoGateway gateway)
{
    [BrowserFact]
    public async Task Search_WithAField_FiltersExpandsAndStandsInTheAddress()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/");
        await page.Records.First.WaitForAsync();

        var search = page.Page.GetByLabel("Search the logs");
        await search.FillAsync("GET lev");
        await page.Page.GetByRole(AriaRole.Option, new() { Name = "level:" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Option, new() { Name = "WARN" }).ClickAsync();
        await search.PressAsync("Enter");
        await page.Button("Remove the filter level:WARN").WaitForAsync();
        await page.Page.WaitForURLAsync(url => url.Contains("q=GET", StringComparison.Ordinal) && url.Contains("f=level%3AWARN", StringComparison.Ordinal));
        await page.Page.WaitForFunctionAsync("() => { const all = [...document.querySelectorAll('button:has(time)')]; return all.length > 0 && all.every(row => row.textContent.includes('WARN')); }");

        await page.Records.First.ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Only records with status") }).First.ClickAsync();
        await page.Page.WaitForURLAsync(url => url.Contains("f=metadata.status", StringComparison.Ordinal));

        await page.Page.ReloadAsync();
        await page.Records.First.WaitForAsync();
        Assert.Equal("GET", await search.InputValueAsync());

        await page.Records.First.ClickAsync();
        await page.ClickAsync("Show around this record");
        var around = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Around this record" });
        await around.Locator("[data-focus]").WaitForAsync();
        Assert.InRange(await around.Locator("button:has(time)").CountAsync(), 2, 51);
        await page.Watched.ScreenshotAsync("dashboard-around");
        Assert.Empty(await page.SeriousAsync());
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.WaitForURLAsync(url => !url.Contains("around=", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Histogram_DraggedOver_ChoosesThatTime()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/?range=all");
        await page.Records.First.WaitForAsync();
        // It is drawn anew when the counts come.
        await page.Page.GetByRole(AriaRole.Status).Filter(new() { HasTextRegex = new("^[0-9,]+ records$") }).WaitForAsync();
        var chart = page.Page.Locator(".u-over");
        var box = (await chart.BoundingBoxAsync())!;

        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 0.4f), box.Y + 20);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 0.7f), box.Y + 20, new() { Steps = 4 });
        await page.Page.Mouse.UpAsync();

        await page.Page.WaitForURLAsync(url => url.Contains("from=", StringComparison.Ordinal) && url.Contains("to=", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task LiveTail_WhileRecordsComeIn_ShowsThemAndWaitsWhilePaused()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/?range=15m&f=workflow_name%3Alive");
        await page.ClickAsync("Live");
        await page.SeeAsync("Waiting for records");

        await TakeInAsync("live", ("first of the tail", DateTimeOffset.UtcNow));
        await page.Records.Filter(new() { HasText = "first of the tail" }).WaitForAsync();

        await page.ClickAsync("Pause");
        await TakeInAsync("live", ("second of the tail", DateTimeOffset.UtcNow));
        await page.ClickAsync("Show 1 new record");
        await page.Records.Filter(new() { HasText = "second of the tail" }).WaitForAsync();
        Assert.Contains("second", await page.Records.First.InnerTextAsync(), StringComparison.Ordinal);
        await page.Watched.ScreenshotAsync("dashboard-tail");
    }

    [BrowserFact]
    public async Task Pages_ReadOn_ReachTheColdTierAndMarkIt()
    {
        var old = DateTimeOffset.UtcNow.AddDays(-40);
        await TakeInAsync("paged", [.. Enumerable.Range(0, 150).Select(i => ($"old record {i}", old.AddSeconds(i)))]);
        await TakeInAsync("paged", [.. Enumerable.Range(0, 150).Select(i => ($"new record {i}", DateTimeOffset.UtcNow))]);
        await StoredAsync("paged", 300);
        var job = (await gateway.DataAsync("""mutation { archiveTable(tableName: "logs") { id } }""")).GetProperty("archiveTable").GetProperty("id").GetString();
        for (var state = ""; state != "SUCCEEDED"; await Task.Delay(100))
        {
            state = (await gateway.DataAsync($$"""{ job(id: "{{job}}") { state } }""")).GetProperty("job").GetProperty("state").GetString();
            Assert.DoesNotContain(state, new[] { "FAILED", "CANCELLED" });
        }

        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/?range=all&q=record&f=workflow_name%3Apaged");
        await page.Records.First.WaitForAsync();
        var mark = page.Page.GetByText("Cold tier from here");
        var region = page.Page.GetByRole(AriaRole.Region, new() { Name = "Records", Exact = true });
        for (var scrolls = 0; scrolls < 50 && await mark.CountAsync() == 0; scrolls++)
        {
            await region.EvaluateAsync("region => region.scrollBy(0, 600)");
            await page.Page.WaitForTimeoutAsync(100);
        }

        await mark.ScrollIntoViewIfNeededAsync();
        await page.Watched.ScreenshotAsync("dashboard-cold");
        await region.EvaluateAsync("region => region.scrollTo(0, 1e9)");
        await page.SeeAsync("there are no older ones");
        // Three hundred records in pages of a hundred: three requests, and only lines in sight are in the page.
        Assert.InRange(await page.Records.CountAsync(), 5, 80);
    }

    [BrowserFact]
    public async Task Download_OfASearch_IsAFileOfItsRecords()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/?range=all&f=level%3AERROR");
        await page.Records.First.WaitForAsync();

        await page.ClickAsync("Download");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "All matches as NDJSON" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Equal("ERROR", JsonDocument.Parse(line).RootElement.GetProperty("level").GetString()));
    }

    [BrowserFact]
    public async Task SavedSearch_InANewVisit_IsFoundAgain()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/?range=all&q=robots");
        await page.Records.First.WaitForAsync();
        await page.ClickAsync("Saved searches");
        await page.Page.GetByLabel("Name of this search").FillAsync("robots of all time");
        await page.ClickAsync("Save");
        await page.Watched.GotoAsync("/");

        await page.ClickAsync("Saved searches");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "robots of all time" }).ClickAsync();

        await page.Page.WaitForURLAsync(url => url.Contains("q=robots", StringComparison.Ordinal));
    }

    private async Task TakeInAsync(string workflowName, params (string Message, DateTimeOffset At)[] records)
    {
        var input = records.Select(record => new { message = record.Message, timestamp = record.At.ToString("O", CultureInfo.InvariantCulture), workflowName });
        await gateway.DataAsync("mutation($input: [LogInput!]!) { ingestLogs(input: $input) { accepted } }", new { input });
    }

    private async Task StoredAsync(string workflowName, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await gateway.DataAsync($$"""{ logs(where: { workflowName: { eq: "{{workflowName}}" } }) { totalCount } }""")).GetProperty("logs").GetProperty("totalCount").GetInt32() < count)
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
