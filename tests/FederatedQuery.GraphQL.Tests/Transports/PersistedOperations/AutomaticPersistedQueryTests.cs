using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Transports.PersistedOperations;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Transports.PersistedOperations;

public class AutomaticPersistedQueryTests(GraphQLTestHost host) : IClassFixture<GraphQLTestHost>
{
    /// <summary>Apollo Client's own link: hash alone, then with the document, from then on the hash alone.</summary>
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task ApolloClient_SameQueryTwice_RegistersItOnce(string method)
    {
        var run = await RunApolloAsync(host, method);

        Assert.Equal(["Hello, " + method + "!", "Hello, " + method + "!"], run["greetings"]!.AsArray().Select(greeting => (string?)greeting));
        Assert.Equal(
            [$"{method} hash 400", $"{method} hash+query 200", $"{method} hash 200"],
            run["requests"]!.AsArray().Select(request => (string?)request));
    }

    [Fact]
    public async Task ApolloClient_NotSupported_SendsQueriesFromThenOn()
    {
        await using var off = await GraphQLTestHost.StartAsync(server => server.ModifyPersistedOperations(options => options.AutomaticPersistedQueries = false));

        var run = await RunApolloAsync(off, "POST");

        Assert.Equal(["Hello, POST!", "Hello, POST!"], run["greetings"]!.AsArray().Select(greeting => (string?)greeting));
        Assert.Equal(["POST hash 400", "POST query 200", "POST query 200"], run["requests"]!.AsArray().Select(request => (string?)request));
    }

    [Fact]
    public async Task Get_HashNotKnown_MustNotBeCached()
    {
        using var response = await host.Client.GetAsync($$$"""/graphql?extensions={"persistedQuery":{"version":1,"sha256Hash":"{{{new string('b', 64)}}}"}}""");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(
            """{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"version":1,"sha256Hash":"27b3d6ae14aa7b24a1a5a9f3b0b8fe1ba4ac2bb25b9cda3b4bbf7d9f2ac5a53b"}""", "provided sha does not match query")]
    [InlineData("""{"version":1,"sha256Hash":"abc"}""", "must be the document's SHA-256 in hex")]
    [InlineData("""{"version":2,"sha256Hash":"abc"}""", "Unsupported persisted query version")]
    [InlineData("""{"version":"1","sha256Hash":"abc"}""", "Unsupported persisted query version")]
    [InlineData("""{"version":1.5,"sha256Hash":"abc"}""", "Unsupported persisted query version")]
    [InlineData("""{"version":1}""", "sha256Hash must be a string")]
    [InlineData("""{"version":1,"sha256Hash":5}""", "sha256Hash must be a string")]
    [InlineData("[]", "persistedQuery must be an object")]
    public async Task Post_ExtensionThatCannotBe_IsAnError(string persisted, string message)
    {
        var (status, answer) = await host.PostAsync("""{"query":"{ hello }","extensions":{"persistedQuery":""" + persisted + "}}");

        Assert.Equal(400, status);
        Assert.Contains(message, answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"BAD_REQUEST\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_MoreThanTheCacheHolds_ForgetsTheLeastRecentlyUsed()
    {
        var resolver = CreateResolver(new PersistedOperationOptions { AutomaticCacheEntries = 2 });

        await RegisterAsync(resolver, "{ a }");
        await RegisterAsync(resolver, "{ b }");
        Assert.True(await KnowsAsync(resolver, "{ a }"));
        await RegisterAsync(resolver, "{ c }");

        Assert.True(await KnowsAsync(resolver, "{ a }"));
        Assert.False(await KnowsAsync(resolver, "{ b }"));
        Assert.True(await KnowsAsync(resolver, "{ c }"));
    }

    [Fact]
    public async Task Resolve_MoreBytesThanTheCacheHolds_KeepsWithinThem()
    {
        var resolver = CreateResolver(new PersistedOperationOptions { AutomaticCacheBytes = 800 });
        var documents = Enumerable.Range(0, 20).Select(i => $"{{ a{i:00} }}".PadRight(100)).ToList();

        foreach (var document in documents)
        {
            await RegisterAsync(resolver, document);
        }

        await RegisterAsync(resolver, new string(' ', 101));
        var known = new List<string>();
        foreach (var document in documents)
        {
            if (await KnowsAsync(resolver, document))
            {
                known.Add(document);
            }
        }

        Assert.Equal(documents[12..], known);
        Assert.False(await KnowsAsync(resolver, new string(' ', 101)));
    }

    private static async Task<JsonNode> RunApolloAsync(GraphQLTestHost server, string method) =>
        JsonNode.Parse(await NodeScript.RunAsync("apollo-persisted-queries.js", string.Empty, server.Address + "/graphql", method))!;

    private static OperationDocumentResolver CreateResolver(PersistedOperationOptions options) =>
        new(options, Microsoft.Extensions.Logging.Abstractions.NullLogger<OperationDocumentResolver>.Instance);

    private static async Task RegisterAsync(OperationDocumentResolver resolver, string document) =>
        Assert.Null((await resolver.ResolveAsync(Encoding.UTF8.GetBytes(document), null, Extensions(document), CancellationToken.None)).Error);

    private static async Task<bool> KnowsAsync(OperationDocumentResolver resolver, string document)
    {
        var (found, error) = await resolver.ResolveAsync(null, null, Extensions(document), CancellationToken.None);
        Assert.Equal(error is null ? document : string.Empty, Encoding.UTF8.GetString(found.Span));
        return error is null;
    }

    private static JsonElement Extensions(string document) =>
        JsonElement.Parse($$$"""{"persistedQuery":{"version":1,"sha256Hash":"{{{DocumentId.HashOf(Encoding.UTF8.GetBytes(document))}}}"}}""");
}
