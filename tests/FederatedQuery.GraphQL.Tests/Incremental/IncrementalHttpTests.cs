using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Tests.Transports;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>Incremental delivery as it goes over the wire.</summary>
public sealed class IncrementalHttpTests : IAsyncLifetime
{
    private readonly TaskCompletionSource<object?> _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _sourceDisposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GraphQLTestHost? _host;

    public async Task InitializeAsync()
    {
        HeroSchema.Schema.TryGetType("Hero", out var hero);
        HeroSchema.Schema.TryGetType("Droid", out var droid);
        _host = await GraphQLTestHost.StartAsync(builder => builder
            .AddType(droid!)
            .AddField(OperationType.Query, new FieldDefinition("hero", hero!) { Resolver = _ => new(HeroSchema.First) })
            .AddField(OperationType.Query, new FieldDefinition("gated", StringScalar.Instance) { Resolver = async _ => await _gate.Task })
            .AddField(OperationType.Query, new FieldDefinition("endless", new ListType(IntScalar.Instance)) { Resolver = _ => new(EndlessAsync()) }));
    }

    public Task DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task Post_AcceptIncrementalSpec_PartsHaveIds()
    {
        using var response = await PostAsync("{ hero { id ... @defer(label: \"d\") { name } } }", "multipart/mixed;incrementalSpec=v0.2, application/json");

        Assert.Equal("multipart/mixed; boundary=\"-\"; incrementalSpec=v0.2", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            "\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
            + """{"data":{"hero":{"id":"1"}},"pending":[{"id":"0","path":["hero"],"label":"d"}],"hasNext":true}"""
            + "\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
            + """{"hasNext":false,"incremental":[{"data":{"name":"hero 1"},"id":"0"}],"completed":[{"id":"0"}]}"""
            + "\r\n-----\r\n",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_AcceptDeferSpec_PartsHavePaths()
    {
        using var response = await PostAsync(
            "{ hero { id ... @defer(label: \"d\") { name strictFail } friends @stream(initialCount: 2) { id } } }",
            "multipart/mixed;deferSpec=20220824, application/json");

        Assert.Equal("multipart/mixed; boundary=\"-\"; deferSpec=20220824", response.Content.Headers.ContentType!.ToString());
        var parts = Parts(await response.Content.ReadAsStringAsync());
        Assert.Equal("""{"data":{"hero":{"id":"1","friends":[{"id":"11"},{"id":"12"}]}},"hasNext":true}""", parts[0]);
        var entries = parts.Skip(1).SelectMany(part => JsonNode.Parse(part)!["incremental"]?.AsArray() ?? []).Select(entry => MergedResponse.Sorted(entry)).Order().ToArray();
        Assert.Equal(2, entries.Length);
        Assert.StartsWith("""{"data":null,"errors":[{"locations":[{"column":""", entries[0], StringComparison.Ordinal);
        Assert.EndsWith("\"label\":\"d\",\"path\":[\"hero\"]}", entries[0], StringComparison.Ordinal);
        Assert.Equal("""{"items":[{"id":"13"}],"path":["hero","friends",2]}""", entries[1]);
        Assert.DoesNotContain("pending", string.Concat(parts), StringComparison.Ordinal);
        Assert.DoesNotContain("completed", string.Concat(parts), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/mixed;incrementalSpec=v9, application/json")]
    [InlineData("multipart/mixed;q=0, application/json")]
    [InlineData("*/*")]
    public async Task Post_ClientTakesNoParts_GetsOneResponse(string accept)
    {
        using var response = await PostAsync("{ hero { id ... @defer { name } friends @stream { id } } }", accept);

        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """{"data":{"hero":{"id":"1","name":"hero 1","friends":[{"id":"11"},{"id":"12"},{"id":"13"}]}}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_NothingIsDeferred_IsPlainJson()
    {
        using var response = await PostAsync("{ hero { id } }", "multipart/mixed, application/graphql-response+json");

        Assert.Equal("application/graphql-response+json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"data":{"hero":{"id":"1"}}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_OnlyMultipartIsAccepted_SingleResultIsOnePart()
    {
        using var response = await PostAsync("{ hero { id } }", "multipart/mixed");

        Assert.Equal(["""{"data":{"hero":{"id":"1"}}}"""], Parts(await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Post_EventStream_OneEventPerPayload()
    {
        using var response = await PostAsync("{ hero { ... @defer { name } } }", "text/event-stream");

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(2, body.Split("event: next\n").Length - 1);
        Assert.EndsWith("event: complete\ndata:\n\n", body, StringComparison.Ordinal);
        Assert.Contains("\"completed\":[{\"id\":\"0\"}]", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_SubscriptionSpec_EventsComeInEnvelopes()
    {
        using var response = await PostAsync("subscription { countTo(last: 2) }", "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json");

        Assert.Equal("multipart/mixed; boundary=\"-\"; subscriptionSpec=1.0", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            ["""{"payload":{"data":{"countTo":1}}}""", """{"payload":{"data":{"countTo":2}}}"""], Parts(await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Post_DeferredPartIsSlow_InitialPartIsThereBefore()
    {
        using var response = await PostAsync("{ hero { id } ... @defer { gated } }", "multipart/mixed");
        await using var body = await response.Content.ReadAsStreamAsync();

        // The part is whole, with its boundary: the gate is still closed.
        var first = await ReadUntilAsync(body, "\"hasNext\":true}\r\n---");
        _gate.SetResult("open");
        var rest = await ReadUntilAsync(body, "\r\n-----\r\n");

        Assert.Contains("""{"data":{"hero":{"id":"1"}}""", first, StringComparison.Ordinal);
        Assert.Contains("""{"gated":"open"}""", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ClientGoes_SourceIsDisposedOf()
    {
        using (var response = await PostAsync("{ endless @stream }", "multipart/mixed"))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            await ReadUntilAsync(body, "\"items\":[");
        }

        await _sourceDisposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("ids")]
    [InlineData("paths")]
    public async Task ApolloClient_DeferAndStream_GetsTheWholeResult(string protocol)
    {
        const string Query = "{ hero { id ... @defer { slowName friends { id } slowSelf { id ... @defer { name } } } } }";
        var input = new JsonObject { ["query"] = Query }.ToJsonString();

        var output = JsonElement.Parse(await NodeScript.RunAsync("apollo-incremental.js", input, _host!.Address + "/graphql", protocol));

        Assert.True(output.GetProperty("results").GetInt32() >= 2, output.GetRawText());
        Assert.Contains(protocol == "ids" ? "incrementalSpec=v0.2" : "deferSpec=20220824", output.GetProperty("contentType").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            """{"hero":{"__typename":"Hero","friends":[{"__typename":"Hero","id":"11"},{"__typename":"Hero","id":"12"},{"__typename":"Hero","id":"13"}],"id":"1","slowName":"slow hero 1","slowSelf":{"__typename":"Hero","id":"1","name":"hero 1"}}}""",
            MergedResponse.Sorted(JsonNode.Parse(output.GetProperty("data").GetRawText())));
    }

    private static string[] Parts(string body) => [.. body
        .Split("\r\n---", StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != "--\r\n")
        .Select(part => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])];

    private static async Task<string> ReadUntilAsync(Stream body, string end)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            var count = await body.ReadAsync(buffer, timeout.Token);
            Assert.True(count > 0, $"The response ended before '{end}': {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    private async Task<HttpResponseMessage> PostAsync(string query, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = new StringContent(new JsonObject { ["query"] = query }.ToJsonString(), new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _host!.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async IAsyncEnumerable<int> EndlessAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await Task.Delay(1, cancellationToken);
                yield return i;
            }
        }
        finally
        {
            _sourceDisposed.TrySetResult();
        }
    }
}
