using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.GraphiQL;

/// <summary>The playground in a real browser, with the gateway as a process of its own. That nothing is asked of another host is checked in each.</summary>
[Collection(BrowserCollection.Name)]
public class GraphiQLTests(Chromium chromium, DemoGateway gateway)
{
    [BrowserFact]
    public async Task Page_Opened_ShowsEditorAndSchemaWithoutLeavingTheMachine()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway);
        await page.Watched.ScreenshotAsync("opened");

        Assert.Contains("federatedQuery", await page.QueryAsync(), StringComparison.Ordinal);
        var scripts = page.Watched.Requests.Select(request => request.Segments[^1]).Where(file => file.EndsWith(".js", StringComparison.Ordinal));
        Assert.Equal(["react.production.min.js", "react-dom.production.min.js", "graphiql.min.js", "explorer.js", "page.js", "playground.js"], scripts.Take(6));
    }

    [BrowserTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_ByKeyboardAlone_CanBeReadAndItsEditorLeft(ColorScheme colors)
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, colors);
        // A tab of GraphiQL's own is a button within a tab.
        Assert.DoesNotContain(await Axe.SeriousAsync(page.Page), violation => !violation.StartsWith("nested-interactive", StringComparison.Ordinal));

        const string IsInEditor = "document.activeElement.closest('.graphiql-query-editor .CodeMirror') !== null";
        await page.Page.Locator(".graphiql-query-editor .CodeMirror-lines").First.ClickAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.True(await page.Page.EvaluateAsync<bool>(IsInEditor));
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.False(await page.Page.EvaluateAsync<bool>(IsInEditor));
    }

    [BrowserFact]
    public async Task Docs_Opened_ShowTypesAndDescriptions()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway);

        await page.ClickAsync("Show Documentation Explorer");
        var docs = page.Page.Locator(".graphiql-doc-explorer");
        await docs.GetByText("Query", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        await docs.GetByText("federatedQuery", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        await page.Watched.ScreenshotAsync("docs");
        await docs.GetByText("QueryResult", new LocatorGetByTextOptions { Exact = true }).First.ClickAsync();

        await docs.GetByText("One JSON object per row, keys in column order.").WaitForAsync();
    }

    [BrowserFact]
    public async Task Explorer_FieldChosen_IsAddedToTheDocument()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, search: ("query", "query Mine { __typename }"));

        await page.ClickAsync("Show GraphiQL Explorer");
        await page.Page.Locator(".graphiql-explorer-root").GetByText("tables", new LocatorGetByTextOptions { Exact = true }).First.ClickAsync();
        await page.Page.WaitForFunctionAsync("() => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue().includes('tables')");
        await page.Watched.ScreenshotAsync("explorer");
        await page.RunAsync();

        await page.WaitForResponseAsync("\"name\": \"users\"");
    }

    [BrowserFact]
    public async Task Address_WithQueryVariablesAndOperation_RunsThatOperation()
    {
        const string Document = """
            query Other { __typename }
            query Users($sql: String!) { federatedQuery(query: $sql) { data rowCount } }
            """;
        await using var page = await GraphiQLPage.OpenAsync(
            chromium, gateway, search: [("query", Document), ("variables", """{"sql":"SELECT count(*) AS users FROM users"}"""), ("operationName", "Users")]);

        Assert.Equal(Document.ReplaceLineEndings("\n"), await page.QueryAsync());
        await page.RunAsync();

        await page.WaitForResponseAsync("\"users\": 10000");
        await page.Watched.ScreenshotAsync("query");
    }

    [BrowserFact]
    public async Task Subscription_Run_ShowsItsEventsUntilItIsComplete()
    {
        var job = (await gateway.DataAsync("""mutation { archiveTable(tableName: "sales") { id } }""")).GetProperty("archiveTable").GetProperty("id").GetString()!;
        await using var page = await GraphiQLPage.OpenAsync(
            chromium,
            gateway,
            search: [("query", "subscription ($id: UUID) { jobChanged(id: $id) { kind tableName state progress message } }"), ("variables", $$"""{"id":"{{job}}"}""")]);

        await page.RunAsync();
        await page.WaitForResponseAsync("\"state\": \"SUCCEEDED\"");
        await page.Watched.ScreenshotAsync("subscription");

        await page.ButtonOf("Execute query (Ctrl-Enter)").WaitForAsync();
        Assert.Contains(page.Watched.Requests, request => request.Scheme == "ws");
    }

    [BrowserFact]
    public async Task Subscription_Stopped_IsOver()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, search: ("query", "subscription { jobChanged { state } }"));

        await page.RunAsync();
        await page.ClickAsync("Stop query (Ctrl-Enter)");

        await page.ButtonOf("Execute query (Ctrl-Enter)").WaitForAsync();
    }

    [BrowserFact]
    public async Task Query_WithDefer_ShowsAllOfItsParts()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, search: ("query", "{ tables { name ... @defer { columns { name } } } }"));

        await page.RunAsync();
        await page.ButtonOf("Execute query (Ctrl-Enter)").WaitForAsync();

        var answer = await page.WaitForResponseAsync("\"columns\"");
        Assert.DoesNotContain("hasNext\": true", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("errors", answer, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Query_WithErrors_ShowsMessageAndCode()
    {
        await using var page = await GraphiQLPage.OpenAsync(
            chromium, gateway, search: ("query", """{ federatedQuery(query: "SELECT * FROM nowhere") { data } }"""));

        await page.RunAsync();
        var answer = await page.WaitForResponseAsync("TABLE_NOT_FOUND");
        await page.Watched.ScreenshotAsync("error");

        Assert.Contains("nowhere", answer, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Document_NotValid_IsMarkedAndRefusedWithItsPlace()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, search: ("query", "{ tables { nam } }"));
        await page.Page.Locator(".CodeMirror-lint-mark-error").First.WaitForAsync();
        await page.RunAsync();

        var answer = await page.WaitForResponseAsync("\"errors\"");
        Assert.Contains("Did you mean \\\"name\\\"", answer, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Headers_OfTheEditor_AreSent()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, search: ("query", "{ __typename }"));

        await page.Page.GetByText("Headers", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await page.Page.EvaluateAsync("document.querySelectorAll('.graphiql-editor-tool .CodeMirror')[1].CodeMirror.setValue('{ \"X-Mine\": \"yes\" }')");
        var request = await page.Page.RunAndWaitForRequestAsync(page.RunAsync, sent => sent.Method == "POST");

        Assert.Equal("yes", await request.HeaderValueAsync("x-mine"));
        await page.WaitForResponseAsync("\"__typename\": \"Query\"");
    }

    [BrowserFact]
    public async Task Tabs_AfterReload_AreThereAgain()
    {
        await using var page = await GraphiQLPage.OpenAsync(chromium, gateway, search: ("query", "query Kept { __typename }"));
        await page.ClickAsync("New tab");
        await page.Page.WaitForFunctionAsync("() => localStorage.getItem('graphiql:tabState')?.includes('Kept')");

        await page.Watched.GotoAsync("/graphql");
        await page.WaitForSchemaAsync();

        await page.Page.Locator(".graphiql-tab").GetByText("Kept").WaitForAsync();
    }

    [BrowserFact]
    public async Task Colors_FollowTheSystem()
    {
        await using var light = await GraphiQLPage.OpenAsync(chromium, gateway);
        await using var dark = await GraphiQLPage.OpenAsync(chromium, gateway, ColorScheme.Dark, ("query", "{ tables { name dataSource hotRows coldRows } }"));
        await dark.RunAsync();
        await dark.WaitForResponseAsync("\"sales\"");
        await dark.Watched.ScreenshotAsync("dark");

        Assert.True(await BrightnessAsync(light) > 200);
        Assert.True(await BrightnessAsync(dark) < 80);
    }

    /// <summary>A proxy that takes a prefix off, as an ingress does.</summary>
    [BrowserFact]
    public async Task Page_BehindAPrefix_FindsItsFilesAndItsEndpoint()
    {
        var origin = $"http://127.0.0.1:{gateway.Process.Port}";
        await using var watched = await chromium.OpenAsync(origin);
        await watched.Page.RouteAsync(origin + "/data/api/**", async route =>
        {
            var answer = await route.FetchAsync(new RouteFetchOptions { Url = route.Request.Url.Replace("/data/api/", "/", StringComparison.Ordinal) });
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
        });

        await watched.GotoAsync("/data/api/graphql");
        await watched.Page.WaitForFunctionAsync("() => document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.options.lint.schema != null");

        Assert.All(watched.Requests, request => Assert.StartsWith("/data/api/", request.AbsolutePath, StringComparison.Ordinal));
    }

    /// <summary>0 to 255, of the background.</summary>
    private static Task<double> BrightnessAsync(GraphiQLPage page) => page.Page.EvaluateAsync<double>(
        """
        () => {
          const [r, g, b] = getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor.match(/\d+(\.\d+)?/g).map(Number);
          return (r + g + b) / 3;
        }
        """);
}
