namespace FederatedQuery.GraphQL.Tests.Transports.Http;

public class CrossSiteRequestsTests(CrossSiteRequestsTests.TrustingHost trusting) : IClassFixture<CrossSiteRequestsTests.TrustingHost>
{
    private const string Query = "/graphql?query={hello}";

    [Theory]
    [InlineData(200, "curl sends nothing of the kind")]
    [InlineData(200, "typed by the user", "Sec-Fetch-Site: none")]
    [InlineData(200, "the page's own", "Sec-Fetch-Site: same-origin")]
    [InlineData(200, "the page's own, where a proxy changed the host", "Sec-Fetch-Site: same-origin", "Referer: https://public.example/")]
    [InlineData(403, "an image or a script of another site", "Sec-Fetch-Site: cross-site")]
    [InlineData(403, "a page of a sister site", "Sec-Fetch-Site: same-site", "Origin: http://sister.127.0.0.1:80")]
    [InlineData(403, "fetch of another site", "Sec-Fetch-Site: cross-site", "Origin: https://evil.example")]
    [InlineData(403, "fetch of another site, no Sec-Fetch-Site", "Origin: https://evil.example")]
    [InlineData(403, "a sandboxed frame", "Origin: null")]
    [InlineData(403, "an image of another site, no Sec-Fetch-Site", "Referer: https://evil.example/page")]
    [InlineData(200, "own origin, no Sec-Fetch-Site", "Origin: http://HOST")]
    [InlineData(200, "own origin behind a proxy that ends TLS", "Origin: https://HOST")]
    [InlineData(200, "own page, no Sec-Fetch-Site", "Referer: http://HOST/graphql")]
    [InlineData(200, "after a preflight", "Sec-Fetch-Site: cross-site", "Origin: https://evil.example", "GraphQL-Preflight: 1")]
    [InlineData(200, "after a preflight, Apollo Client", "Sec-Fetch-Site: cross-site", "X-Apollo-Operation-Name: Hello")]
    [InlineData(200, "after a preflight, Apollo", "Sec-Fetch-Site: cross-site", "Apollo-Require-Preflight: true")]
    [InlineData(403, "an empty header proves nothing", "Sec-Fetch-Site: cross-site", "GraphQL-Preflight: ")]
    [InlineData(200, "a trusted origin", "Sec-Fetch-Site: cross-site", "Origin: https://app.example")]
    public async Task Get_AsBrowsersSendIt_IsRefusedWhenForged(int status, string what, params string[] headers)
    {
        var response = await SendAsync(Query, headers);

        Assert.True(response.Status == status, $"{what}: {response.Status} {response.Body}");
        Assert.Equal(status == 403, response.Body.Contains("\"code\":\"CROSS_SITE_REQUEST_REFUSED\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_CrossSiteNavigation_ShowsThePage() =>
        Assert.Equal((200, "<h1>page</h1>"), await SendAsync(Query, ["Sec-Fetch-Site: cross-site", "Accept: text/html,*/*;q=0.8"]));

    [Fact]
    public async Task Get_GuardOff_IsAnswered()
    {
        await using var open = await GraphQLTestHost.StartAsync(server => server.ModifyHttpOptions(options => options.RefuseCrossSiteRequests = false));
        using var request = new HttpRequestMessage(HttpMethod.Get, Query);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var response = await open.Client.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
    }

    /// <summary>The content types that pages may send without asking.</summary>
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; application/json")]
    [InlineData(null)]
    public async Task Post_SimpleContentType_IsUnsupported(string? contentType)
    {
        using var content = new StringContent("""{"query":"mutation { append(text: \"x\") }"}""");
        content.Headers.Remove("Content-Type");
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        var (status, body) = await trusting.Host.SendAsync(HttpMethod.Post, "/graphql", "application/json", content);

        Assert.Equal(415, status);
        Assert.Contains("UNSUPPORTED_MEDIA_TYPE", body, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Body)> SendAsync(string path, string[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var value = header[(colon + 1)..].Trim().Replace("HOST", new Uri(trusting.Host.Address).Authority, StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], value);
        }

        using var response = await trusting.Host.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public sealed class TrustingHost : IAsyncLifetime
    {
        public GraphQLTestHost Host { get; private set; } = new();

        public async Task InitializeAsync() =>
            Host = await GraphQLTestHost.StartAsync(server => server.ModifyHttpOptions(options => options.TrustedOrigins.Add("https://app.example")));

        public Task DisposeAsync() => Host.DisposeAsync();
    }
}
