using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The dashboard of a gateway that asks for keys, made on its command line.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class DashboardSignInTests(Chromium chromium) : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task SignIn_WithAKey_ShowsTheLogsAndTakesTheFile()
    {
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string> { ["AUTH_MODE"] = "apikey", ["MAINTENANCE_ENABLED"] = "false" });
        await gateway.StartAsync();
        var (reader, writer) = (await MakeAsync(gateway, "reader"), await MakeAsync(gateway, "writer"));
        using var post = new HttpRequestMessage(HttpMethod.Post, "/logs") { Content = JsonContent.Create(new { message = "hello from a test", level = "INFO" }) };
        post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", writer);
        using var posted = await gateway.Client.SendAsync(post);
        Assert.True(posted.IsSuccessStatusCode, await posted.Content.ReadAsStringAsync());

        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/");
        page.Watched.Expected.Add("401");
        page.Watched.Expected.Add("WebSocket connection");
        await page.SeeAsync("This gateway asks who you are.");
        await page.Watched.ScreenshotAsync("dashboard-sign-in");
        Assert.Empty(await page.SeriousAsync());
        await SignInAsync(page, "fq_0000000000000000_nothing");
        await page.SeeAsync("The key is not known");
        await SignInAsync(page, reader);

        await page.SeeAsync("hello from a test");
        await page.Page.EvaluateAsync("() => { delete window.showSaveFilePicker; window.showSaveFilePicker = undefined; }");
        await page.ClickAsync("Download");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "All matches as NDJSON" }).ClickAsync());
        Assert.Contains("hello from a test", await File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);

        await page.ClickAsync("Sign out");
        await page.SeeAsync("This gateway asks who you are.");
    }

    private static async Task SignInAsync(DashboardPage page, string key)
    {
        await page.Page.GetByLabel("Key or token").FillAsync(key);
        await page.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private static async Task<string> MakeAsync(GatewayProcess gateway, string role)
    {
        var made = await gateway.RunAsync("key", "create", "--role", role);
        Assert.True(made.ExitCode == 0, made.Output);
        // Earlier keys are in there, too.
        return Key().Matches(made.Output)[^1].Value;
    }

    [GeneratedRegex("fq_[0-9a-f]{16}_[A-Za-z0-9_-]+")]
    private static partial Regex Key();
}
