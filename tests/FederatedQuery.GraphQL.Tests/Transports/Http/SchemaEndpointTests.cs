using System.Net;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

public class SchemaEndpointTests(GraphQLTestHost host) : IClassFixture<GraphQLTestHost>
{
    [Fact]
    public async Task Get_KnownETag_IsNotModified()
    {
        using var first = await host.Client.GetAsync("/graphql/schema");
        var etag = first.Headers.ETag!;

        foreach (var known in new[] { etag.ToString(), $"\"other\", {etag}", etag.Tag, "*" })
        {
            using var second = await GetAsync("/graphql/schema", known);

            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            Assert.Equal(etag, second.Headers.ETag);
            Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Get_OtherETag_IsTheSchema()
    {
        using var response = await GetAsync("/graphql/schema", "\"other\"");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("type Query", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Download_IsAFile()
    {
        using var response = await host.Client.GetAsync("/graphql/schema?download");

        Assert.Equal("application/graphql", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("schema.graphql", response.Content.Headers.ContentDisposition!.FileName);
    }

    [Fact]
    public async Task Get_Compressed_IsTheSameText()
    {
        var plain = await host.Client.GetStringAsync("/graphql/schema");
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.Brotli });

        Assert.Equal(plain, await client.GetStringAsync(new Uri(host.Address + "/graphql/schema")));
    }

    [Fact]
    public async Task Head_Schema_HasTheHeadersAlone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/graphql/schema");

        using var response = await host.Client.SendAsync(request);

        Assert.NotNull(response.Headers.ETag);
        Assert.True(response.Content.Headers.ContentLength > 100);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await host.Client.SendAsync(request);
    }
}
