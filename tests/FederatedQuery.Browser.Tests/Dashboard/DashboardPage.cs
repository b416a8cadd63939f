using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The gateway's dashboard as a person uses it.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private DashboardPage(WatchedPage watched)
    {
        Watched = watched;
    }

    public WatchedPage Watched { get; }

    public IPage Page => Watched.Page;

    public ILocator Records => Page.GetByRole(AriaRole.Region, new() { Name = "Records", Exact = true }).Locator("button[aria-expanded]:has(time)");

    /// <param name="path">With its query string: <c>/tables</c>.</param>
    public static async Task<DashboardPage> OpenAsync(Chromium chromium, DemoGateway gateway, string path, ColorScheme colors = ColorScheme.Light, int width = 1280) =>
        await OpenAsync(chromium, gateway.Process, path, colors, width);

    /// <inheritdoc cref="OpenAsync(Chromium, DemoGateway, string, ColorScheme, int)"/>
    public static async Task<DashboardPage> OpenAsync(Chromium chromium, GatewayProcess gateway, string path, ColorScheme colors = ColorScheme.Light, int width = 1280)
    {
        var page = new DashboardPage(await chromium.OpenAsync($"http://127.0.0.1:{gateway.Port}", colors, width));
        await page.Watched.GotoAsync(path);
        return page;
    }

    /// <summary>Waits until a text is somewhere in sight.</summary>
    public Task SeeAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First;

    public Task ClickAsync(string button) => Button(button).ClickAsync();

    /// <inheritdoc cref="Axe.SeriousAsync"/>
    public Task<IReadOnlyList<string>> SeriousAsync() => Axe.SeriousAsync(Page);

    public ValueTask DisposeAsync() => Watched.DisposeAsync();
}
