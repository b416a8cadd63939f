using System.Net;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

public class BatchPayloadTests(BatchPayloadTests.BatchingHost batching) : IClassFixture<BatchPayloadTests.BatchingHost>
{
    private GraphQLTestHost Host => batching.Host;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/graphql-response+json")]
    public async Task Post_Batch_IsAnsweredInOrderAsJson(string accept)
    {
        const string Body =
            """
            [{"query":"{ hello }"},{"query":"{"},{"query":"query($n: String!) { hello(name: $n) }","variables":{"n":"Bob"}}]
            """;
        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = content };
        request.Headers.Add("Accept", accept);

        using var response = await Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Matches(
            """^\[\{"data":\{"hello":"Hello, world!"\}\},\{"errors":\[\{"message":"Syntax Error[^]]*\],"extensions":\{"code":"GRAPHQL_PARSE_FAILED"\}\}\]\},\{"data":\{"hello":"Hello, Bob!"\}\}\]$""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_BatchOfMutations_AreDoneInOrder() =>
        Assert.Equal(
            (200, """[{"data":{"append":"a"}},{"data":{"append":"a,b"}}]"""),
            await Host.PostAsync("""[{"query":"mutation { append(text: \"a\", delays: 3) }"},{"query":"mutation { append(text: \"b\") }"}]"""));

    [Theory]
    [InlineData("[]", "The batch is empty", "BAD_REQUEST")]
    [InlineData("""[{"query":"{ hello }"},{"query":"{ hello }"},{"query":"{ hello }"},{"query":"{ hello }"}]""", "has 4 requests; at most 3", "BATCH_TOO_LARGE")]
    [InlineData("""[{"query":"{ hello }"},{"query":5}]""", "Request [1] of the batch: Parameter 'query' must be a string, not 5.", "BAD_REQUEST")]
    [InlineData("""[{"query":"{ hello }"},[]]""", "Request [1] of the batch: A request must be a JSON object", "BAD_REQUEST")]
    public async Task Post_BatchThatCannotBe_IsRefusedAsAWhole(string body, string message, string code)
    {
        var (status, answer) = await Host.PostAsync(body, "application/json");

        Assert.Equal(400, status);
        Assert.Contains(message, answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_SubscriptionInABatch_IsAnErrorOfItsOwn()
    {
        var (status, answer) = await Host.PostAsync("""[{"query":"subscription { countTo(last: 2) }"},{"query":"{ hello }"}]""");

        Assert.Equal(200, status);
        Assert.StartsWith("[{\"errors\":[{\"message\":\"Subscriptions need a transport that streams", answer, StringComparison.Ordinal);
        Assert.EndsWith(",{\"data\":{\"hello\":\"Hello, world!\"}}]", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_BatchForAnEventStream_IsRefused()
    {
        var (status, answer) = await Host.PostAsync("""[{"query":"{ hello }"}]""", "text/event-stream");

        Assert.Equal(400, status);
        Assert.Contains("accept application/json", answer, StringComparison.Ordinal);
    }

    public sealed class BatchingHost : IAsyncLifetime
    {
        public GraphQLTestHost Host { get; private set; } = new();

        public async Task InitializeAsync() =>
            Host = await GraphQLTestHost.StartAsync(server => server.ModifyHttpOptions(options => options.MaxBatchSize = 3));

        public Task DisposeAsync() => Host.DisposeAsync();
    }
}
