using FederatedQuery.Testing;

namespace FederatedQuery.Browser.Tests.Apollo;

/// <summary>Apollo Client 4 in a real browser against the library, and against the gateway.</summary>
[Collection(BrowserCollection.Name)]
public class ApolloTests(Chromium chromium, LibraryHost host, DemoGateway gateway)
{
    /// <summary>What Chromium's console says of an answer with a status from 400 on.</summary>
    private const string Refused = "the server responded with a status of 4";

    [BrowserFact]
    public async Task Query_WithVariables_GivesData()
    {
        await using var page = await ApolloPage.OpenAsync(chromium, host.Origin);

        var result = await page.QueryAsync("query ($id: Int!) { book(id: $id) { id } }", new { id = 2 });

        Assert.Equal("""{"data":{"book":{"__typename":"Book","id":2}}}""", result);
    }

    [BrowserFact]
    public async Task Query_WithErrors_GivesThemWithTheirCodes()
    {
        await using var page = await ApolloPage.OpenAsync(chromium, host.Origin);
        page.Watched.Expected.Add(Refused);

        var unknown = await page.QueryAsync("{ book(id: 9) { id } }");
        var invalid = await page.QueryAsync("{ book(id: 1) { isbn } }");

        Assert.Equal(
            """
            {"error":{"name":"CombinedGraphQLErrors","combined":true,"message":"There is no book 9.","errors":[{"message":"There is no book 9.","locations":[{"line":2,"column":3}],"path":["book"],"extensions":{"code":"BOOK_NOT_FOUND","id":9}}]}}
            """.Trim(),
            unknown);
        Assert.Contains("\"combined\":true", invalid, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"", invalid, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Mutation_OfAnObjectInTheCache_UpdatesWhoWatchesIt()
    {
        await using var page = await ApolloPage.OpenAsync(chromium, host.Origin);
        await page.WatchAsync("{ books { id title } }");
        await page.Watched.Page.WaitForFunctionAsync("() => apollo.watched.results.some(result => result.dataState === 'complete')");

        var renamed = await page.MutateAsync("mutation ($title: String!) { renameBook(id: 1, title: $title) { id title } }", new { title = "First" });
        await page.Watched.Page.WaitForFunctionAsync("() => apollo.watched.results.at(-1).data?.books[0].title === 'First'");

        Assert.Equal("""{"data":{"renameBook":{"__typename":"Book","id":1,"title":"First"}}}""", renamed);
        Assert.Equal("""{"id":1,"__typename":"Book","title":"First"}""", await page.JsonAsync("apollo.cache()['Book:1']"));
        Assert.Equal(2, page.Watched.Requests.Count(request => request.AbsolutePath == "/graphql"));
        host.Books.Rename(1, "One");
    }

    [BrowserFact]
    public async Task Subscription_OverAWebSocket_GivesEachEventAndCompletes()
    {
        await using var page = await ApolloPage.OpenAsync(chromium, host.Origin);

        await page.SubscribeAsync("subscription { countTo(last: 3) }");
        await page.Watched.Page.WaitForFunctionAsync("() => apollo.subscribed.complete");

        Assert.Equal(
            """[{"data":{"countTo":1}},{"data":{"countTo":2}},{"data":{"countTo":3}}]""", await page.JsonAsync("apollo.subscribed.results"));
        Assert.Contains(page.Watched.Requests, request => request.Scheme == "ws");
    }

    [BrowserFact]
    public async Task Subscription_NotValid_GivesTheErrorsWithTheirCodes()
    {
        await using var page = await ApolloPage.OpenAsync(chromium, host.Origin);

        await page.SubscribeAsync("subscription { countTo }");

        var results = await page.ResultsAsync("subscribed", 1);
        Assert.Contains("\"combined\":true", results, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"", results, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Query_Persisted_SendsItsHashAloneTheSecondTime()
    {
        const string Document = "query Persisted { books { id } }";
        await using var first = await ApolloPage.OpenAsync(chromium, host.Origin, new { persisted = true });
        first.Watched.Expected.Add(Refused);
        await using var second = await ApolloPage.OpenAsync(chromium, host.Origin, new { persisted = true });

        var registered = await first.QueryAsync(Document);
        var known = await second.QueryAsync(Document);

        Assert.Equal("""{"data":{"books":[{"__typename":"Book","id":1},{"__typename":"Book","id":2}]}}""", registered);
        Assert.Equal(registered, known);
        Assert.Equal(2, first.Watched.Requests.Count(request => request.AbsolutePath == "/graphql"));
        var hashed = Assert.Single(second.Watched.Requests, request => request.AbsolutePath == "/graphql");
        Assert.Contains("sha256Hash", Uri.UnescapeDataString(hashed.Query), StringComparison.Ordinal);
        Assert.DoesNotContain("books", hashed.Query, StringComparison.Ordinal);
    }

    [BrowserFact]
    public Task Defer_InTheFormatOf2022_GivesTheRestLater() => DeferAsync("Defer20220824Handler");

    [BrowserFact]
    public Task Defer_InTheCurrentFormat_GivesTheRestLater() => DeferAsync("GraphQL17Alpha9Handler");

    [BrowserFact]
    public async Task Gateway_Queried_GivesRowsAndTheCodesOfItsErrors()
    {
        await using var page = await ApolloPage.OpenAsync(chromium, $"http://127.0.0.1:{gateway.Process.Port}");
        const string Document = "query ($sql: String!) { federatedQuery(query: $sql) { data } }";

        var rows = await page.QueryAsync(Document, new { sql = "SELECT count(*) AS n FROM users" });
        var failed = await page.QueryAsync(Document, new { sql = "SELECT * FROM nowhere" });

        Assert.Equal("""{"data":{"federatedQuery":{"__typename":"QueryResult","data":[{"n":10000}]}}}""", rows);
        Assert.Contains("\"code\":\"TABLE_NOT_FOUND\"", failed, StringComparison.Ordinal);
    }

    /// <summary>The deferred field waits until the first part is there: the parts cannot have come as one.</summary>
    private async Task DeferAsync(string handler)
    {
        await using var page = await ApolloPage.OpenAsync(chromium, host.Origin, new { handler });

        await page.WatchAsync("{ book(id: 2) { id title ... @defer { review } } }");
        await page.Watched.Page.WaitForFunctionAsync("() => apollo.watched.results.some(result => result.dataState === 'streaming')");
        var first = await page.JsonAsync("apollo.watched.results.at(-1)");
        host.Books.Reviews.Release();
        await page.Watched.Page.WaitForFunctionAsync("() => apollo.watched.results.some(result => result.dataState === 'complete')");
        var last = await page.JsonAsync("apollo.watched.results.at(-1)");

        Assert.Equal("""{"data":{"book":{"__typename":"Book","id":2,"title":"Two"}},"dataState":"streaming"}""", first);
        Assert.Equal("""{"data":{"book":{"__typename":"Book","id":2,"title":"Two","review":"Good: Two"}},"dataState":"complete"}""", last);
    }
}
