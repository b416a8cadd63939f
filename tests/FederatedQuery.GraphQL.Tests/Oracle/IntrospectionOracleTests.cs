using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>What graphql-js makes of our introspection is what it makes of our SDL.</summary>
public class IntrospectionOracleTests
{
    [Fact]
    public Task Introspection_CodeFirstSchema_RoundTrips() => AssertRoundTripsAsync(Library.Schema);

    [Fact]
    public Task Introspection_SchemaOfEveryKind_RoundTrips() => AssertRoundTripsAsync(SchemaReader.Read(PetsSchema.Sdl));

    [SharedFact]
    public async Task Introspection_Contract_RoundTrips() =>
        await AssertRoundTripsAsync(SchemaReader.Read(await File.ReadAllTextAsync(Path.Combine(Repository.Shared!, "contract", "schema.graphql"))));

    private static async Task AssertRoundTripsAsync(Schema schema)
    {
        var query = await NodeScript.RunAsync("introspection-query.js", string.Empty);
        var response = JsonNode.Parse(await Library.ExecuteAsync(new RequestExecutor(schema), query))!;
        var input = new JsonObject { ["introspection"] = response, ["sdl"] = SchemaPrinter.Print(schema) };

        var printed = JsonNode.Parse(await NodeScript.RunAsync("client-schema.js", input.ToJsonString()))!;

        Assert.Equal((string?)printed["sdl"], (string?)printed["introspection"]);
        Assert.Contains("type Query", (string?)printed["sdl"], StringComparison.Ordinal);
    }
}
