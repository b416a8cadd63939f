using System.Net;
using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Tests.Transports.WebSockets;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

/// <summary>What guards say in headers and status codes.</summary>
public class GuardsOverHttpTests
{
    [Fact]
    public async Task Post_CostReport_ExecutesAndTellsTheCost()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var client = new HttpClient();

        using var response = await PostAsync(client, server, "{ hello }", ("GraphQL-Cost", "report"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"data":{"hello":"Hello, world!"},"extensions":{"operationCost":{"fieldCost":0,"typeCost":1}}}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_CostOfAnotherValue_SaysWhatTheHeaderMustBe()
    {
        await using var server = await WebSocketServer.StartAsync();
        using var client = new HttpClient();

        using var response = await PostAsync(client, server, "{ hello }", ("GraphQL-Cost", "please"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Header GraphQL-Cost is 'please'; it must be 'report' or 'validate'.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/graphql-response+json")]
    public async Task Post_NoPlaceIsFree_IsToldWhenToComeBack(string accept)
    {
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL
            .ModifyRequestOptions(options =>
            {
                options.Concurrency.MaxOperations = 1;
                options.Concurrency.MaxWaiting = 0;
            })
            .AddField(OperationType.Query, new FieldDefinition("held", StringScalar.Instance)
            {
                Resolver = async _ =>
                {
                    begun.SetResult();
                    await end.Task;
                    return "done";
                },
            }));
        using var client = new HttpClient();
        var held = PostAsync(client, server, "{ held }");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20));

        using var refused = await PostAsync(client, server, "{ hello }", ("Accept", accept));
        end.SetResult();
        using var served = await held;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("TOO_MANY_REQUESTS", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("""{"data":{"held":"done"}}""", await served.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task GetSchema_IntrospectionIsOff_IsNotFound()
    {
        await using var server = await WebSocketServer.StartAsync(graphQL => graphQL.ModifyRequestOptions(options => options.AllowIntrospection = false));
        using var client = new HttpClient();

        using var response = await client.GetAsync(new Uri(server.HttpAddress + "/schema"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, WebSocketServer server, string query, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, server.HttpAddress)
        {
            Content = new StringContent($$"""{"query":"{{query}}"}""", Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request);
    }
}
