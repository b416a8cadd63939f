using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Transports;

public class GraphQLHttpHandlerTests(GraphQLTestHost host) : IClassFixture<GraphQLTestHost>
{
    [Fact]
    public async Task Server_Audits_AreAllOk()
    {
        var results = JsonNode.Parse(await NodeScript.RunAsync("http-audits.js", string.Empty, host.Address + "/graphql"))!.AsArray();

        Assert.Equal(61, results.Count);
        Assert.Empty(results.Where(result => (string?)result!["status"] != "ok").Select(result => result!.ToJsonString()));
    }

    [Theory]
    [InlineData("""{"query":"{ hello }"}""", "application/json", 200, """{"data":{"hello":"Hello, world!"}}""")]
    [InlineData("""{"query":"query($n: String) { hello(name: $n) }","variables":{"n":"Bob"}}""", "application/graphql-response+json", 200, """{"data":{"hello":"Hello, Bob!"}}""")]
    [InlineData("""{"query":"query($n: String!) { hello(name: $n) }","variables":null,"operationName":null,"extensions":null}""", "application/graphql-response+json", 400, "of required type")]
    [InlineData("""{"query":"{"}""", "application/graphql-response+json", 400, "Syntax Error")]
    [InlineData("""{"query":"{"}""", "application/json", 200, "Syntax Error")]
    [InlineData("""{"query":1}""", "application/json", 400, "Parameter 'query'")]
    [InlineData("""[{"query":"{ hello }"}]""", "application/json", 400, "batching is not enabled")]
    [InlineData("{", "application/json", 400, "invalid JSON")]
    [InlineData("""{"query":"{ hello }"}""", "text/csv", 406, "Accept must allow")]
    [InlineData("""{"query":"\uD800"}""", "application/json", 400, "not valid Unicode")]
    public async Task Post_Body_GivesStatusAndAnswer(string body, string accept, int status, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Accept", accept);

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Mutation_IsNotAllowed()
    {
        using var response = await host.Client.GetAsync("/graphql?query=mutation{append(text:\"x\")}");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/graphql")]
    [InlineData("/graphql?query=%7Bhello%7D")]
    public async Task Get_HtmlAccepted_IsThePage(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

        using var response = await host.Client.SendAsync(request);

        Assert.Equal("<h1>page</h1>", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_BodyOverTheLimit_Is413()
    {
        using var content = new StringContent("{\"query\":\"" + new string('{', 10_000_000) + "\"}", Encoding.UTF8, "application/json");

        using var response = await host.Client.PostAsync("/graphql", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Get_Schema_IsSdl()
    {
        var sdl = await host.Client.GetStringAsync("/graphql/schema");

        Assert.Contains("  page_count: Int! @deprecated(reason: \"Use pages.\")\n", sdl, StringComparison.Ordinal);
        Assert.Contains("enum Tier {\n  POSTGRES\n  OLD_ICEBERG @deprecated(reason: \"Use POSTGRES.\")\n}", sdl, StringComparison.Ordinal);
        Assert.Contains("input BookKeyInput @oneOf {", sdl, StringComparison.Ordinal);
        Assert.Contains("  mostPages: Int! = 10\n", sdl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_SubscriptionOverServerSentEvents_StreamsAndCompletes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = new StringContent("""{"query":"subscription { countTo(last: 2) }"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "text/event-stream");

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(
            ":\n\nevent: next\ndata: {\"data\":{\"countTo\":1}}\n\nevent: next\ndata: {\"data\":{\"countTo\":2}}\n\nevent: complete\ndata:\n\n",
            await response.Content.ReadAsStringAsync());
    }
}
