using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Batching;

/// <summary>graphql-js with the npm package dataloader fetches as often, and answers the same.</summary>
public class DataLoaderOracleTests
{
    private static readonly string[] Queries =
    [
        "{ sales(n: 50) { id customer { id name } } }",
        "{ sales(n: 50) { customer { name region { id name } } } }",
        "{ sales(n: 30) { id product { name } } }",
        "{ sales(n: 20) { customer { region { name } } product { id name } } }",
        "{ sales(n: 20) { product { maker { name } } } }",
        "{ sales(n: 12) { product { maker { region { name } } } } }",
        "{ sales(n: 2) { product { maker { region { name } } } } }",
        "{ sales(n: 10) { a: customer { id } b: customer { name region { id } } } }",
        "{ customers(ids: [1, 2, 5, 1]) { name sales { id customer { id region { name } } } } }",
        "{ customers(ids: [3]) { sales { customer { sales { customer { sales { customer { id } } } } } } } }",
        "{ a: customers(ids: [1, 2]) { id } b: customers(ids: [2, 3]) { id region { id } } }",
        "{ sales(n: 0) { customer { id } } }",
        "{ customers(ids: []) { id } }",
    ];

    [Fact]
    public async Task Load_Queries_FetchAndAnswerAsGraphQlJsDoes()
    {
        var input = JsonSerializer.Serialize(new { sdl = SchemaPrinter.Print(Shop.Schema), queries = Queries });
        var expected = JsonNode.Parse(await NodeScript.RunAsync("data-loader.js", input))!.AsArray();

        for (var i = 0; i < Queries.Length; i++)
        {
            var (response, log) = await Shop.ExecuteAsync(Queries[i]);

            Assert.Equal(FetchesOf(expected[i]!["fetches"]!), FetchesOf(JsonSerializer.SerializeToNode(log.Fetches)!));
            Assert.True(
                JsonNode.DeepEquals(Normalize(expected[i]!["response"]!), Normalize(JsonNode.Parse(response)!)),
                $"{Queries[i]}\n{expected[i]!["response"]}\n{response}");
        }
    }

    [Fact]
    public async Task Load_FiftySalesWithCustomers_TakesOneFetchPerLevel()
    {
        var (_, log) = await Shop.ExecuteAsync("{ sales(n: 50) { customer { region { name } } } }");

        Assert.Equal([("customer", 17), ("region", 4)], log.Fetches.Select(pair => (pair.Key, Assert.Single(pair.Value).Length)).Order());
    }

    /// <summary>By loader, each fetch with its keys in order: which of two siblings asks first differs between engines.</summary>
    private static string[] FetchesOf(JsonNode fetches) =>
    [
        .. fetches.AsObject()
            .Select(pair => $"{pair.Key}: {string.Join(" | ", pair.Value!.AsArray().Select(keys => string.Join(' ', keys!.AsArray().Select(key => (int)key!).Order())))}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Without what is ours alone (codes) and in one order of errors.</summary>
    private static JsonObject Normalize(JsonNode response) => new()
    {
        ["data"] = response["data"]?.DeepClone(),
        ["errors"] = new JsonArray(
        [
            .. (response["errors"]?.AsArray() ?? [])
                .Select(error => new JsonObject { ["message"] = error!["message"]!.DeepClone(), ["path"] = error["path"]!.DeepClone(), ["locations"] = error["locations"]!.DeepClone() })
                .OrderBy(error => error["path"]!.ToJsonString(), StringComparer.Ordinal),
        ]),
    };
}
