using FederatedQuery.Browser.Tests.Dashboard;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.SignIn;

/// <summary>Signing in at an OpenID Connect provider, by the code flow with PKCE, from the dashboard and from the playground.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ProviderSignInTests(Chromium chromium, IssuerGateway gateway) : IClassFixture<IssuerGateway>
{
    [BrowserFact]
    public async Task SignIn_AtTheProvider_ReturnsToThePageAndRenewsTheToken()
    {
        await using var page = await OpenAsync("/?range=7d&q=hello&f=level%3AWARN");
        await page.SeeAsync("This gateway asks who you are.");
        await page.Page.GetByLabel("Key or token").WaitForAsync();
        await page.Watched.ScreenshotAsync("dashboard-sign-in-provider");
        Assert.Empty(await page.SeriousAsync());

        await LeaveAsync(page);
        await page.ClickAsync("Cancel");
        await page.SeeAsync("The sign-in provider refused");
        await page.SeeAsync("The person thought better of it.");
        await page.Watched.ScreenshotAsync("dashboard-sign-in-refused");
        Assert.Empty(await page.SeriousAsync());

        await LeaveAsync(page);
        await NameAsync(page, "ann");
        await page.SeeAsync("No record matches");
        Assert.EndsWith("/?range=7d&q=hello&f=level%3AWARN", page.Page.Url, StringComparison.Ordinal);

        var renewals = 0;
        page.Page.RequestFinished += (_, request) => renewals += request.PostData?.Contains("grant_type=refresh_token", StringComparison.Ordinal) == true ? 1 : 0;
        for (var patience = 0; renewals < 2 && patience < 300; patience++)
        {
            await page.Page.WaitForTimeoutAsync(100);
            // Whatever asks the gateway, the token is renewed first.
            await page.Page.GetByRole(AriaRole.Link, new() { Name = patience % 2 == 0 ? "Tables" : "Logs", Exact = true }).ClickAsync();
        }

        Assert.InRange(renewals, 2, 300);
        await page.Watched.GotoAsync("/tables");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "logs", Exact = true }).WaitForAsync();

        await SignOutAsync(page);
        await page.Watched.GotoAsync("/tables");
        await page.SeeAsync("This gateway asks who you are.");
    }

    [BrowserFact]
    public async Task Playground_SignedIn_SendsTheTokenOverHttpAndWebSockets()
    {
        await using var page = await OpenAsync("/graphql?query=" + Uri.EscapeDataString("{ tables { name } }"));
        await page.SeeAsync("This gateway asks who you are.");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await LeaveAsync(page);
        await NameAsync(page, "bob");

        await page.SeeAsync("You are signed in.");
        await page.Watched.ScreenshotAsync("playground-signed-in");
        await RunAsync(page, "\"name\": \"logs\"");
        await page.Watched.GotoAsync("/graphql?query=" + Uri.EscapeDataString("subscription { ingestStatusChanged { queuedRecords } }"));
        await RunAsync(page, "\"queuedRecords\"");
        Assert.Contains(page.Watched.Requests, request => request.Scheme == "ws");

        await SignOutAsync(page);
        await page.SeeAsync("Key or token");
    }

    [BrowserFact]
    public async Task SignIn_WhereTheProviderDoesNotAnswer_SaysSo()
    {
        await using var page = await OpenAsync("/sign-in?return=sql");
        page.Watched.Expected.Add("ERR_CONNECTION_REFUSED");
        await page.Page.RouteAsync("**/token", route => route.AbortAsync("connectionrefused"));
        await LeaveAsync(page);
        await NameAsync(page, "cid");
        await page.SeeAsync("The sign-in provider does not answer");

        await page.Page.RouteAsync("**/auth", async route =>
        {
            var answer = await route.FetchAsync();
            var json = System.Text.Json.Nodes.JsonNode.Parse(await answer.TextAsync())!;
            (json["provider"]!["isReachable"], json["provider"]!["endpoints"]) = (false, null);
            await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
        });
        await page.Watched.GotoAsync("/sign-in");
        await page.SeeAsync("The gateway cannot ask");
        Assert.Empty(await page.SeriousAsync());

        // A link that somebody else has made neither signs anybody in nor leads away.
        await page.Watched.GotoAsync("/sign-in?code=made-up&state=made-up&return=https%3A%2F%2Fexample.com");
        await page.SeeAsync("This sign-in is not known here");
    }

    private async Task<DashboardPage> OpenAsync(string path)
    {
        var page = await DashboardPage.OpenAsync(chromium, gateway.Process, "/health/live");
        page.Watched.Allowed.Add(gateway.IssuerName);
        page.Watched.Expected.Add("favicon.ico");
        page.Watched.Expected.Add("401");
        page.Watched.Expected.Add("WebSocket connection");
        await page.Watched.GotoAsync(path);
        return page;
    }

    private Task LeaveAsync(DashboardPage page) => page.ClickAsync($"Sign in with {gateway.IssuerName}");

    private static async Task NameAsync(DashboardPage page, string name)
    {
        await page.Page.GetByLabel("Name").FillAsync(name);
        await page.ClickAsync("Sign in");
    }

    private static async Task SignOutAsync(DashboardPage page)
    {
        await page.ClickAsync("Sign out");
        await page.ClickAsync("Yes, sign me out");
        await page.Page.WaitForURLAsync("**/sign-in**");
        Assert.Null(await page.Page.EvaluateAsync<string?>("sessionStorage.getItem('federatedquery.credential')"));
    }

    private static async Task RunAsync(DashboardPage page, string answer)
    {
        await page.Page.GetByLabel("Execute query (Ctrl-Enter)").First.ClickAsync();
        await page.Page.WaitForFunctionAsync("text => document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue().includes(text)", answer);
    }
}
