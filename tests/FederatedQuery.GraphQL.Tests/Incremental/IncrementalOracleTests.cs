using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>graphql-js executes the same documents over the same schema.</summary>
public class IncrementalOracleTests
{
    private static readonly RequestExecutor Executor = new(HeroSchema.Schema);

    [Fact]
    public async Task Execute_DocumentsByHand_PayloadsAreThoseOfGraphQLJs()
    {
        var differences = await CompareAsync(IncrementalDocuments.ByHand, withStructure: true);

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    [Fact]
    public async Task Execute_GeneratedDocuments_MergedResultIsThatOfGraphQLJs()
    {
        var random = new Random(1110);
        var documents = Enumerable.Range(0, 400).Select(_ => (IncrementalDocuments.Generate(random, mayFail: true), (string?)null)).ToArray();

        var differences = await CompareAsync(documents, withStructure: false);

        Assert.True(differences.Count == 0, string.Join("\n\n", differences.Take(5)));
    }

    [Fact]
    public void Execute_AnyPlacementOfDirectives_MergesToTheResultWithoutThem() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var document = IncrementalDocuments.Generate(new Random(seed), mayFail: false);
            var merged = Execute(document);
            var plain = Execute(IncrementalDocuments.WithoutDirectives(document));
            Assert.Equal(plain.SortedData, merged.SortedData);
            Assert.Equal(plain.ErrorPaths, merged.ErrorPaths);
        }).QuickCheckThrowOnFailure();

    private static MergedResponse Execute(string document) => new(Payloads.ExecuteAsync(Executor, document).GetAwaiter().GetResult());

    private static async Task<IReadOnlyList<string>> CompareAsync(IReadOnlyList<(string Document, string? Variables)> documents, bool withStructure)
    {
        var input = new JsonObject
        {
            ["sdl"] = SchemaPrinter.Print(HeroSchema.Schema),
            ["documents"] = new JsonArray([.. documents.Select(pair => new JsonObject
            {
                ["document"] = pair.Document,
                ["variables"] = pair.Variables is null ? null : JsonNode.Parse(pair.Variables),
            })]),
        };
        var theirs = JsonElement.Parse(await NodeScript.RunAsync("incremental.js", input.ToJsonString()));

        var differences = new List<string>();
        for (var i = 0; i < documents.Count; i++)
        {
            var (document, variables) = documents[i];
            var expected = new MergedResponse(theirs[i].EnumerateArray());
            var payloads = await Payloads.ExecuteAsync(Executor, document, variables);
            var actual = new MergedResponse(payloads);
            var same = expected.SortedData == actual.SortedData && (!withStructure || expected.Structure == actual.Structure)
                && (!withStructure || expected.ErrorPaths.SetEquals(actual.ErrorPaths));
            if (!same)
            {
                differences.Add($"{document}\n  graphql-js: {theirs[i].GetRawText()}\n  ours:       {string.Join('\n', payloads)}");
            }
        }

        return differences;
    }
}
