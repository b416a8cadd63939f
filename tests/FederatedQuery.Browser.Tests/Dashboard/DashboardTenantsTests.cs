using System.Text.Json;
using System.Text.RegularExpressions;
using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The dashboard of a gateway of two tenants, in two tabs of one browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class DashboardTenantsTests(Chromium chromium, PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Acme = "acme";
    private const string Beta = "beta";

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task Tabs_OfTwoTenants_ShowEachItsOwn()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullPath, "tenants.d"));
        foreach (var tenant in new[] { Acme, Beta })
        {
            _folder.WriteFile($"tenants.d/{tenant}.json", JsonSerializer.Serialize(GatewaySettings.Over(await postgres.CreateDatabaseAsync(tenant))));
        }

        await using var gateway = new GatewayProcess(
            _folder.FullPath, new Dictionary<string, string> { ["TENANTS_DIRECTORY"] = "tenants.d", ["AUTH_MODE"] = "apikey", ["HOST"] = "127.0.0.1" });
        await gateway.StartAsync();
        var (acmeKey, betaKey) = (await MakeAsync(gateway, Acme), await MakeAsync(gateway, Beta));
        await ShipAsync(gateway, acmeKey, "hello from acme");
        await ShipAsync(gateway, betaKey, "hello from beta");

        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/");
        page.Watched.Expected.Add("401");
        await page.SeeAsync("This gateway asks who you are.");
        // Whoever comes here can type at once.
        await page.Page.WaitForFunctionAsync("() => document.activeElement.type === 'password'");
        await page.Page.Keyboard.TypeAsync("fq_0000000000000000_nothing");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Alert).GetByText("The key is not known").WaitForAsync();
        Assert.Empty(await page.SeriousAsync());
        await SignInAsync(page.Page, acmeKey, "hello from acme");
        await page.Page.GetByText(Acme, new() { Exact = true }).WaitForAsync();
        await page.Watched.ScreenshotAsync("dashboard-tenant");

        // Another tab of the same browser, and so with the same cookies.
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(page.Page.Url);
        await SignInAsync(other, betaKey, "hello from beta");
        await other.GetByText(Beta, new() { Exact = true }).WaitForAsync();
        Assert.Equal(0, await other.GetByText("hello from acme").CountAsync());

        // The first is still acme's, also what is asked for without a key: the tail's WebSocket, the state of the parts.
        await page.Watched.GotoAsync("/?range=1h&live=1");
        await page.SeeAsync("hello from acme");
        await ShipAsync(gateway, betaKey, "the tail of beta");
        await ShipAsync(gateway, acmeKey, "the tail of acme");
        await page.SeeAsync("the tail of acme");
        Assert.Equal(0, await page.Page.GetByText("beta").CountAsync());
        await page.Watched.GotoAsync("/operations");
        await page.SeeAsync("Reading cold rows");

        // Somebody else signs in here.
        await page.ClickAsync("Sign out");
        await SignInAsync(page.Page, betaKey, "Reading cold rows");
        await page.Watched.GotoAsync("/");
        await page.SeeAsync("the tail of beta");
        Assert.Equal(0, await page.Page.GetByText("acme").CountAsync());
    }

    private static async Task SignInAsync(IPage page, string key, string seen)
    {
        await page.GetByLabel("Key or token").FillAsync(key);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        // What is open to anyone may be seen behind the dialog before.
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).WaitForAsync();
        await page.GetByText(seen).First.WaitForAsync();
    }

    private static async Task ShipAsync(GatewayProcess gateway, string key, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/logs") { Content = new StringContent(JsonSerializer.Serialize(new { message, level = "INFO" }), null, "application/json") };
        request.Headers.Authorization = new("Bearer", key);
        using var response = await gateway.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> MakeAsync(GatewayProcess gateway, string tenant)
    {
        var made = await gateway.RunAsync("key", "create", "--role", "admin", "--tenant", tenant);
        Assert.True(made.ExitCode == 0, made.Output);
        // Earlier keys are in there, too.
        return Key().Matches(made.Output)[^1].Value;
    }

    [GeneratedRegex("fq_[0-9a-f]{16}_[A-Za-z0-9_-]+")]
    private static partial Regex Key();
}
