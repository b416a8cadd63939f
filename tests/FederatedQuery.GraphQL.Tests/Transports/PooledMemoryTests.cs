using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>Requests and responses lie in memory that other requests use before and after: nobody may see another's.</summary>
public class PooledMemoryTests
{
    private const int Clients = 16;

    [Fact]
    public async Task Post_ManyDifferentRequestsAtOnce_GetTheirOwnAnswers()
    {
        await using var host = await GraphQLTestHost.StartAsync(server => server
            .AddField(OperationType.Query, Echo("echoNow", static context => new ValueTask<object?>(context.ArgumentValue<string>(0))))
            .AddField(OperationType.Query, Echo("echoLater", EchoLaterAsync))
            .AddField(OperationType.Query, Echo("echoError", static context => throw new GraphQLException(context.ArgumentValue<string>(0)))));

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => RepeatAsync(host.Client, client))));
    }

    private static FieldDefinition Echo(string name, FieldResolver resolver) => new(name, StringScalar.Instance)
    {
        Arguments = [new InputValueDefinition("text", new NonNullType(StringScalar.Instance))],
        Resolver = resolver,
    };

    private static async ValueTask<object?> EchoLaterAsync(IResolverContext context)
    {
        var text = context.ArgumentValue<string>(0);
        await Task.Yield();
        return text;
    }

    private static async Task RepeatAsync(HttpClient client, int number)
    {
        for (var i = 0; i < 60; i++)
        {
            var text = $"client {number}, request {i}: " + new string((char)('a' + number), number * i);
            var query = number % 2 == 0
                ? $$"""{ now: echoNow(text: "{{text}}") later: echoLater(text: "{{text}}") failed: echoError(text: "{{text}}") }"""
                : "query($text: String!) { now: echoNow(text: $text) later: echoLater(text: $text) failed: echoError(text: $text) }";
            using var response = await client.PostAsJsonAsync("/graphql", new { query, variables = new { text } });
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();

            var data = answer.GetProperty("data");
            Assert.Equal(text, data.GetProperty("now").GetString());
            Assert.Equal(text, data.GetProperty("later").GetString());
            Assert.Equal(JsonValueKind.Null, data.GetProperty("failed").ValueKind);
            Assert.Equal(text, answer.GetProperty("errors")[0].GetProperty("message").GetString());
        }
    }
}
