using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>Every page of the dashboard with the demo's data, light and dark, wide and narrow. That nothing is asked of another host is checked in each.</summary>
[Collection(BrowserCollection.Name)]
public class DashboardWalkTests(Chromium chromium, DemoGateway gateway)
{
    /// <summary>An address, and a text that is there once the page has its data.</summary>
    private static readonly (string Name, string Path, string Text)[] Pages =
    [
        ("logs", "/", "GET /"),
        ("logs-empty", "/?q=wordthatisnowhere", "No record matches"),
        ("logs-error", "/?q=%22open", "is not closed"),
        ("tables", "/tables", "iceberg_db.sales"),
        ("table", "/tables/default/sales", "Files added"),
        ("sql", "/sql", "Write a statement and run it"),
        ("operations", "/operations", "Reading cold rows"),
    ];

    [BrowserTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Pages_InEitherScheme_AreThereAndAccessible(ColorScheme colors, int width)
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, Pages[0].Path, colors, width);
        foreach (var (name, path, text) in Pages)
        {
            await page.Watched.GotoAsync(path);
            await page.SeeAsync(text);
            await page.Watched.ScreenshotAsync($"dashboard-{name}-{colors}-{width}");

            Assert.Empty(await page.SeriousAsync());
            // Nothing sticks out of a narrow window.
            Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, width);
        }
    }

    [BrowserFact]
    public async Task FirstPage_IsLessThan300KilobytesOfScript()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/health/live");
        // JSON names no icon, so browsers ask for the usual one.
        page.Watched.Expected.Add("favicon.ico");
        var sizes = new List<Task<int>>();
        page.Page.Response += (_, response) =>
        {
            if (response.Request.ResourceType == "script")
            {
                sizes.Add(SizeAsync(response));
            }
        };
        await page.Watched.GotoAsync("/");
        await page.Records.First.WaitForAsync();

        Assert.NotEmpty(sizes);
        Assert.InRange((await Task.WhenAll(sizes)).Sum(), 50_000, 300_000);

        static async Task<int> SizeAsync(IResponse response)
        {
            await response.FinishedAsync();
            return (await response.Request.SizesAsync()).ResponseBodySize;
        }
    }

    [BrowserFact]
    public async Task Keyboard_Alone_ReachesTheRecordsAndOpensOne()
    {
        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/");
        await page.Records.First.WaitForAsync();

        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await page.Page.EvaluateAsync<string>("document.activeElement.textContent"));
        for (var presses = 0; presses < 80 && !await page.Page.EvaluateAsync<bool>("document.activeElement.matches('button:has(time)')"); presses++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
        }

        await page.Page.Keyboard.PressAsync("Enter");
        await page.Button("Show around this record").WaitForAsync();
    }
}
