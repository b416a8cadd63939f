using FederatedQuery.Testing;
using Microsoft.Playwright;

namespace FederatedQuery.Browser.Tests.GraphiQL;

/// <summary>GraphiQL of the gateway as a person uses it.</summary>
internal sealed class GraphiQLPage : IAsyncDisposable
{
    private GraphiQLPage(WatchedPage watched)
    {
        Watched = watched;
    }

    public WatchedPage Watched { get; }

    public IPage Page => Watched.Page;

    /// <param name="search">The query string, each value as it is.</param>
    public static async Task<GraphiQLPage> OpenAsync(
        Chromium chromium, DemoGateway gateway, ColorScheme colors = ColorScheme.Light, params (string Name, string Value)[] search)
    {
        var watched = await chromium.OpenAsync($"http://127.0.0.1:{gateway.Process.Port}", colors);
        var page = new GraphiQLPage(watched);
        await watched.GotoAsync("/graphql" + QueryString(search));
        await page.WaitForSchemaAsync();
        return page;
    }

    public static string QueryString(params (string Name, string Value)[] search) =>
        search.Length == 0 ? string.Empty : "?" + string.Join('&', search.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));

    /// <summary>The explorer and the docs come alive when the schema is there.</summary>
    public async Task WaitForSchemaAsync()
    {
        await Page.Locator(".graphiql-container").WaitForAsync();
        await Page.WaitForFunctionAsync("() => document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.options.lint.schema != null");
    }

    public ILocator ButtonOf(string label) => Page.GetByLabel(label, new PageGetByLabelOptions { Exact = true }).First;

    public Task ClickAsync(string label) => ButtonOf(label).ClickAsync();

    public Task RunAsync() => ClickAsync("Execute query (Ctrl-Enter)");

    public Task<string> QueryAsync() => Page.EvaluateAsync<string>("document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue()");

    /// <summary>Waits until the answer holds the text, and gives all of it.</summary>
    public async Task<string> WaitForResponseAsync(string text)
    {
        const string Read = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? ''";
        try
        {
            await Page.WaitForFunctionAsync($"text => ({Read}).includes(text)", text);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The answer does not hold '{text}': {await Page.EvaluateAsync<string>(Read)}");
        }

        return await Page.EvaluateAsync<string>(Read);
    }

    public ValueTask DisposeAsync() => Watched.DisposeAsync();
}
