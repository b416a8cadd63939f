using System.Text.Json;

namespace FederatedQuery.Browser.Tests.Apollo;

/// <summary>A page of a server with Apollo Client in it (npm/apollo.js).</summary>
internal sealed class ApolloPage : IAsyncDisposable
{
    private ApolloPage(WatchedPage watched)
    {
        Watched = watched;
    }

    public WatchedPage Watched { get; }

    /// <param name="options">Of <c>apollo.start</c>: handler, persisted.</param>
    public static async Task<ApolloPage> OpenAsync(Chromium chromium, string origin, object? options = null)
    {
        var page = new ApolloPage(await chromium.OpenAsync(origin));
        await page.Watched.GotoAsync("/");
        // Not as a script of the page: the dashboard's policy lets in none but its own.
        await page.Watched.Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "apollo.js")));
        await page.Watched.Page.EvaluateAsync("options => apollo.start(options)", options ?? new { });
        return page;
    }

    public Task<string> QueryAsync(string document, object? variables = null) => CallAsync("query", document, variables);

    public Task<string> MutateAsync(string document, object? variables = null) => CallAsync("mutate", document, variables);

    public Task WatchAsync(string document) => Watched.Page.EvaluateAsync("text => apollo.watch(text)", document);

    public Task SubscribeAsync(string document, object? variables = null) =>
        Watched.Page.EvaluateAsync("([text, variables]) => apollo.subscribe(text, variables)", new[] { document, variables });

    /// <summary>Waits for so many results of what is watched or subscribed to, and gives them as JSON.</summary>
    public async Task<string> ResultsAsync(string of, int count)
    {
        await Watched.Page.WaitForFunctionAsync("([of, count]) => apollo[of].results.length >= count", new object[] { of, count });
        return await JsonAsync($"apollo.{of}.results");
    }

    public async Task<string> JsonAsync(string expression) =>
        (await Watched.Page.EvaluateAsync<string>($"() => JSON.stringify({expression})"))!;

    public ValueTask DisposeAsync() => Watched.DisposeAsync();

    private Task<string> CallAsync(string function, string document, object? variables) => Watched.Page.EvaluateAsync<string>(
        $"async ([text, variables]) => JSON.stringify(await apollo.{function}(text, JSON.parse(variables)))", new[] { document, JsonSerializer.Serialize(variables) });
}
