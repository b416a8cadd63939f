using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>What the gateway serves over HTTP.</summary>
[Collection(DemoCollection.Name)]
public class HttpTests(DemoGateway gateway)
{
    private HttpClient Client => gateway.Process.Client;

    [Fact]
    public async Task Server_Audits_AreAllOk()
    {
        var results = JsonDocument.Parse(await NodeScript.RunAsync("http-audits.js", string.Empty, Client.BaseAddress + "graphql")).RootElement;

        Assert.Equal(61, results.GetArrayLength());
        Assert.All(results.EnumerateArray(), result => Assert.Equal("ok", result.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Post_LongAnswer_ComesCompressedAsAccepted(string coding)
    {
        const string Query = """{"query":"{ federatedQuery(query: \"SELECT * FROM users\", limit: 200) { data } }"}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(Query, Encoding.UTF8, "application/json") };
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(coding));

        using var response = await Client.SendAsync(request);
        await using var compressed = await response.Content.ReadAsStreamAsync();
        await using var plain = coding == "br" ? (Stream)new BrotliStream(compressed, CompressionMode.Decompress) : new GZipStream(compressed, CompressionMode.Decompress);

        var answer = (await JsonDocument.ParseAsync(plain)).RootElement;
        Assert.Equal([coding], response.Content.Headers.ContentEncoding);
        Assert.Equal(200, answer.GetProperty("data").GetProperty("federatedQuery").GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Get_Query_GivesTheSameAsPost()
    {
        const string Query = """{ federatedQuery(query: "SELECT count(*) AS n FROM users") { data } }""";

        using var response = await Client.GetAsync(new Uri("/graphql?query=" + Uri.EscapeDataString(Query), UriKind.Relative));

        var got = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("data");
        var posted = await gateway.DataAsync(Query);
        Assert.Equal(posted.GetRawText(), got.GetRawText());
        Assert.Equal("""{"federatedQuery":{"data":[{"n":10000}]}}""", got.GetRawText());
    }

    [Fact]
    public async Task Post_CostValidate_TellsTheCostAndRunsNothing()
    {
        const string Query = """{"query":"{ federatedQuery(query: \"not SQL\") { data } tables { days { rows } } }"}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(Query, Encoding.UTF8, "application/json") };
        request.Headers.Add("GraphQL-Cost", "validate");

        using var response = await Client.SendAsync(request);

        // 200 for the statement, 10 for tables, 10 for the days of 50 of them; objects: 1 answer, 50 tables, 730 days of each, and the root.
        Assert.Equal("""{"extensions":{"operationCost":{"fieldCost":710,"typeCost":36552}}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_TooManyStatements_AreRefusedByTheirCost()
    {
        var fields = string.Join(' ', Enumerable.Range(0, 51).Select(i => $$"""s{{i}}: federatedQuery(query: "SELECT 1") { rowCount }"""));

        var answer = await gateway.Process.QueryAsync($"{{ {fields} }}");

        Assert.Equal("COST_LIMIT_EXCEEDED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Get_Mutation_IsRefused()
    {
        const string Mutation = """mutation { archiveTable(tableName: "sales") { id } }""";

        using var response = await Client.GetAsync(new Uri("/graphql?query=" + Uri.EscapeDataString(Mutation), UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Schema_Endpoint_GivesSdl()
    {
        var sdl = await Client.GetStringAsync(new Uri("/graphql/schema", UriKind.Relative));

        Assert.Contains("  federatedQuery(query: String!, parameters: JSON, limit: Int): QueryResult!", sdl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_WhileServing_IsUp() =>
        Assert.Equal("""{"status":"up"}""", await Client.GetStringAsync(new Uri("/health/live", UriKind.Relative)));

    [Fact]
    public async Task Ready_WhileServing_ReportsEachPart()
    {
        var health = JsonDocument.Parse(await Client.GetStringAsync(new Uri("/health/ready", UriKind.Relative))).RootElement;

        Assert.Equal("up", health.GetProperty("status").GetString());
        Assert.Equal(["postgres", "catalog", "duckdb", "objectStore", "coldRead"], health.GetProperty("parts").EnumerateObject().Select(part => part.Name));
        Assert.All(health.GetProperty("parts").EnumerateObject(), part => Assert.Equal("up", part.Value.GetProperty("status").GetString()));
    }

    /// <summary>Nothing of the playground comes from elsewhere: every file that its page names is served here.</summary>
    [Fact]
    public async Task Playground_ForABrowser_IsServedWithAllOfItsFiles()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var response = await Client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("//", page, StringComparison.Ordinal);
        var files = System.Text.RegularExpressions.Regex.Matches(page, "(?:src|href)=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(9, files.Count);
        foreach (var file in files)
        {
            using var served = await Client.GetAsync(new Uri(file, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.Contains(served.Content.Headers.ContentType!.MediaType, new[] { "text/javascript", "text/css", "image/svg+xml" });
            Assert.Equal("public, max-age=31536000, immutable", served.Headers.CacheControl!.ToString());
        }
    }

    [Theory]
    [InlineData("gzip;q=0.5, br", "br")]
    [InlineData("gzip, br;q=0", "gzip")]
    [InlineData("", null)]
    public async Task PlaygroundFile_AskedForAgain_IsNotSentAgain(string accepted, string? encoding)
    {
        var first = await GetFileAsync(accepted, knownTag: null);
        var second = await GetFileAsync(accepted, first.Headers.ETag);

        Assert.Equal(encoding, first.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", Assert.Single(first.Headers.Vary));
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        Assert.InRange((await first.Content.ReadAsByteArrayAsync()).Length, 100_000, encoding is null ? 2_000_000 : 400_000);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);

        async Task<HttpResponseMessage> GetFileAsync(string encodings, EntityTagHeaderValue? knownTag)
        {
            // Not the version that the page names: what a browser asks for while gateways are being updated.
            using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql/assets/other/graphiql.min.js");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
            if (knownTag is not null)
            {
                request.Headers.IfNoneMatch.Add(knownTag);
            }

            return await Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task PlaygroundFile_Unknown_IsNotFound()
    {
        using var response = await Client.GetAsync(new Uri("/graphql/assets/other/..%2fappsettings.json", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
