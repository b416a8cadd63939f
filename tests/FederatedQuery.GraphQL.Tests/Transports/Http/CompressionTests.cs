using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

/// <summary>Content codings of requests and responses.</summary>
public class CompressionTests(GraphQLTestHost host) : IClassFixture<GraphQLTestHost>
{
    private static readonly string Long = string.Concat(Enumerable.Range(0, 5000).Select(i => $"name {i} "));

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*, br;q=0", "gzip")]
    [InlineData("gzip;q=0", null)]
    [InlineData("identity", null)]
    [InlineData("zstd", null)]
    [InlineData(null, null)]
    public async Task Post_LongAnswer_IsCodedAsAccepted(string? accepted, string? coding)
    {
        var (response, body) = await SendAsync(Long, accepted);

        Assert.Equal(coding is null ? [] : [coding], response.Content.Headers.ContentEncoding);
        Assert.Equal($$$"""{"data":{"hello":"Hello, {{{Long}}}!"}}""", Decode(body, coding));
        Assert.True(coding is null || body.Length < Long.Length / 2);
    }

    [Theory]
    [InlineData(1399, false)]
    [InlineData(1400, true)]
    public async Task Post_ShortAnswer_IsSentAsItIs(int length, bool compressed)
    {
        var name = new string('x', length - """{"data":{"hello":"Hello, !"}}""".Length);

        var (response, body) = await SendAsync(name, "gzip");

        Assert.Equal(compressed, response.Content.Headers.ContentEncoding.Count > 0);
        Assert.Equal($$$"""{"data":{"hello":"Hello, {{{name}}}!"}}""", Decode(body, compressed ? "gzip" : null));
    }

    [Fact]
    public async Task Post_TurnedOff_IsSentAsItIs()
    {
        await using var plain = await GraphQLTestHost.StartAsync(server => server.ModifyHttpOptions(options => options.CompressResponses = false));

        var (response, _) = await SendAsync(Long, "br", plain);

        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Get_Answer_VariesByWhatWasAccepted()
    {
        using var response = await host.Client.GetAsync("/graphql?query={hello}");

        Assert.Equal(["Accept", "Accept-Encoding"], response.Headers.Vary);
    }

    [Fact]
    public async Task Post_EventStream_IsNotCompressed()
    {
        using var request = Request("""{"query":"subscription { countTo(last: 900) }"}""", "br");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));

        using var response = await host.Client.SendAsync(request);

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.EndsWith("event: complete\ndata:\n\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("GZIP")]
    [InlineData("identity")]
    public async Task Post_CompressedBody_IsRead(string coding)
    {
        var (status, body) = await PostCodedAsync(Encode("""{"query":"{ hello }"}"""u8.ToArray(), coding), coding);

        Assert.Equal("""{"data":{"hello":"Hello, world!"}}""", body);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    /// <summary>12 KB that unpack to 12 MB; the limit is 4 MB.</summary>
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Post_CompressedBodyOverTheLimitUnpacked_Is413(string coding)
    {
        var bomb = Encode(Encoding.UTF8.GetBytes("{\"query\":\"" + new string(' ', 12_000_000) + "\"}"), coding);
        Assert.True(bomb.Length < 20_000);

        var (status, body) = await PostCodedAsync(bomb, coding);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("The decompressed request body is longer than the 4194304 bytes allowed.", body, StringComparison.Ordinal);
        Assert.Contains("REQUEST_TOO_LARGE", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Post_BodyNotInItsCoding_IsAnError(string coding)
    {
        var (status, body) = await PostCodedAsync("""{"query":"{ hello }"}"""u8.ToArray(), coding);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("INVALID_BODY", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Post_CompressedBodyCutOff_IsAnError(string coding)
    {
        var whole = Encode(Encoding.UTF8.GetBytes("{\"query\":\"{ hello }\",\"operationName\":\"" + Long + "\"}"), coding);

        var (status, body) = await PostCodedAsync(whole[..(whole.Length / 2)], coding);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("INVALID_BODY", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public async Task Post_UnknownCoding_IsUnsupportedAndSaysWhichAreNot(string coding)
    {
        using var request = Request("{}", null);
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("br, deflate, gzip", string.Join(", ", response.Headers.GetValues("Accept-Encoding")));
    }

    private static HttpRequestMessage Request(string body, string? acceptEncoding)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (acceptEncoding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        }

        return request;
    }

    private static byte[] Encode(byte[] bytes, string coding)
    {
        if (coding == "identity")
        {
            return bytes;
        }

        using var output = new MemoryStream();
        using (var stream = coding.ToLowerInvariant() switch
        {
            "br" => new BrotliStream(output, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true),
            _ => (Stream)new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            stream.Write(bytes);
        }

        return output.ToArray();
    }

    private static string Decode(byte[] body, string? coding)
    {
        using var input = new MemoryStream(body);
        using var stream = coding switch
        {
            "br" => new BrotliStream(input, CompressionMode.Decompress),
            "gzip" => new GZipStream(input, CompressionMode.Decompress),
            _ => (Stream)input,
        };
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private async Task<(HttpStatusCode Status, string Body)> PostCodedAsync(byte[] body, string coding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add(coding);
        using var response = await host.Client.PostAsync("/graphql", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(HttpResponseMessage Response, byte[] Body)> SendAsync(string name, string? acceptEncoding, GraphQLTestHost? other = null)
    {
        using var request = Request($$$"""{"query":"query($n: String!) { hello(name: $n) }","variables":{"n":"{{{name}}}"}}""", acceptEncoding);
        var response = await (other ?? host).Client.SendAsync(request);
        return (response, await response.Content.ReadAsByteArrayAsync());
    }
}
