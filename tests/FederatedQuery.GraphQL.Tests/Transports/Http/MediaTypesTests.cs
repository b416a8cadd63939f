namespace FederatedQuery.GraphQL.Tests.Transports.Http;

/// <summary>Content negotiation, and methods, over HTTP.</summary>
public class MediaTypesTests(GraphQLTestHost host) : IClassFixture<GraphQLTestHost>
{
    private const string Json = "application/json; charset=utf-8";
    private const string GraphQL = "application/graphql-response+json; charset=utf-8";

    [Theory]
    [InlineData(null, Json)]
    [InlineData("*/*", Json)]
    [InlineData("application/*", Json)]
    [InlineData("application/graphql-response+json, application/json;q=0.9", GraphQL)]
    [InlineData("application/graphql-response+json,application/json;q=0.9", GraphQL)]
    [InlineData("application/json;q=0.9, application/graphql-response+json", GraphQL)]
    [InlineData("application/graphql-response+json;q=0.1, application/json;q=0.9", Json)]
    [InlineData("application/json, application/graphql-response+json", Json)]
    [InlineData("text/csv, */*;q=0.1", Json)]
    [InlineData("APPLICATION/JSON", Json)]
    [InlineData("application/json; charset=utf-8", Json)]
    [InlineData("application/json; charset=\"UTF-8\"", Json)]
    [InlineData("application/json; charset=latin1, application/graphql-response+json;q=0.1", GraphQL)]
    [InlineData("application/json;q=0, */*", GraphQL)]
    [InlineData("application/json;q=0, application/graphql-response+json;q=0, */*", null)]
    [InlineData("application/json;q=0", null)]
    [InlineData("application/json; charset=latin1", null)]
    [InlineData("text/html", "text/html")]
    [InlineData("text/html;q=0.1, application/json", Json)]
    [InlineData("text/event-stream", "text/event-stream; charset=utf-8")]
    [InlineData("text/*", null)]
    public async Task Get_Accept_GivesTheBestType(string? accept, string? type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql?query={hello}");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(type is null ? 406 : 200, (int)response.StatusCode);
        Assert.Equal(type ?? Json, response.Content.Headers.ContentType!.ToString());
    }

    /// <summary>A link with a query opens the playground, which shows it, rather than the raw answer.</summary>
    [Fact]
    public async Task Get_QueryFromABrowser_IsThePage() =>
        Assert.Equal(
            (200, "<h1>page</h1>"),
            await host.GetAsync("/graphql?query={hello}", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"));

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("QUERY")]
    public async Task Send_OtherMethod_IsNotAllowed(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/graphql") { Content = new StringContent("{}") };

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(["GET", "HEAD", "POST", "OPTIONS"], response.Content.Headers.Allow);
        Assert.Contains("METHOD_NOT_ALLOWED", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_Any_NamesTheMethods()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/graphql");

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(["GET", "HEAD", "POST", "OPTIONS"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Head_Query_HasTheHeadersOfGet()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/graphql?query={hello}");

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(Json, response.Content.Headers.ContentType!.ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/graphql", "Parameter 'query' is missing")]
    [InlineData("/graphql?query=", "Parameter 'query' is missing")]
    [InlineData("/graphql?query={hello}&query={hello}", "Parameter 'query' is given 2 times.")]
    [InlineData("/graphql?query={hello}&variables={", "Parameter 'variables' is not JSON")]
    [InlineData("/graphql?query={hello}&variables=[]", "Parameter 'variables' must be a JSON object, not [].")]
    [InlineData("/graphql?query={hello}&extensions=7", "Parameter 'extensions' must be a JSON object, not 7.")]
    [InlineData("/graphql?query={hello}&variables={\"a\":\"\\uD800\"}", "200")]
    [InlineData("/graphql?query={hello}&variables=&operationName=&extensions=", "200")]
    [InlineData("/graphql?query={hello}&variables=null", "200")]
    [InlineData("/graphql?query=query%20null{hello}&operationName=null", "200")]
    public async Task Get_QueryString_IsReadOrRefused(string path, string expected)
    {
        var (status, body) = await host.GetAsync(path);

        Assert.Equal(expected == "200" ? 200 : 400, status);
        Assert.Contains(expected == "200" ? "Hello, world!" : expected, body, StringComparison.Ordinal);
    }
}
