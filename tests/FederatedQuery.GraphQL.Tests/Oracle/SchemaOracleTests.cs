using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>graphql-js judges the same schemas, and prints ours as it prints the text they were read from.</summary>
public class SchemaOracleTests
{
    [Fact]
    public async Task Read_SchemasByHand_VerdictsEqualGraphQLJs() => AssertNone(await CompareAsync(SchemaDocuments.ByHand));

    [Fact]
    public async Task Read_MutatedSchemas_VerdictsEqualGraphQLJs() => AssertNone(await CompareAsync(SchemaDocuments.Mutated(600, seed: 20252)));

    [Fact]
    public async Task Print_ValidSchemas_ReadTheSameInGraphQLJs()
    {
        var valid = SchemaDocuments.ByHand.Where(sdl => Validate(sdl).Count == 0).ToArray();
        Assert.True(valid.Length > 50, $"{valid.Length} schemas are valid.");

        var ours = valid.Select(sdl => SchemaPrinter.Print(SchemaReader.Read(sdl))).ToArray();
        var judged = await JudgeAsync([.. valid, .. ours]);

        for (var i = 0; i < valid.Length; i++)
        {
            Assert.Equal(judged[i].GetProperty("printed").GetString(), judged[valid.Length + i].GetProperty("printed").GetString());
            Assert.Equal(ours[i], SchemaPrinter.Print(SchemaReader.Read(ours[i])));
        }
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(IReadOnlyList<string> documents)
    {
        var theirs = await JudgeAsync(documents);
        var differences = new List<string>();
        for (var i = 0; i < documents.Count; i++)
        {
            var expected = theirs[i].GetProperty("errors").EnumerateArray().Select(error => error.GetString()!).ToArray();
            var actual = Validate(documents[i]);
            if ((expected.Length == 0) != (actual.Count == 0) && !(actual.Count > 0 && actual.All(IsStricter)))
            {
                differences.Add($"{documents[i]}\n  graphql-js: {string.Join(" | ", expected)}\n  ours:       {string.Join(" | ", actual)}");
            }
        }

        return differences;
    }

    /// <summary>What the specification refuses (sections 3.5, 3.13, 5.6.1) and graphql-js lets pass.</summary>
    private static bool IsStricter(string problem) =>
        (problem.StartsWith("Argument \"@", StringComparison.Ordinal) && problem.Contains("has invalid value", StringComparison.Ordinal))
        || problem.Contains("must not be used in its own definition", StringComparison.Ordinal)
        || problem.Contains("is that of a built-in type", StringComparison.Ordinal);

    private static async Task<JsonElement> JudgeAsync(IReadOnlyList<string> documents)
    {
        var input = new JsonObject { ["sdls"] = new JsonArray([.. documents.Select(text => JsonValue.Create(text))]) };
        return JsonElement.Parse(await NodeScript.RunAsync("validate-schema.js", input.ToJsonString()));
    }

    private static IReadOnlyList<string> Validate(string sdl)
    {
        try
        {
            SchemaReader.Read(sdl);
            return [];
        }
        catch (SchemaException exception)
        {
            return exception.Problems;
        }
        catch (GraphQLSyntaxException exception)
        {
            return [exception.Message];
        }
    }

    private static void AssertNone(IReadOnlyList<string> differences) => Assert.True(differences.Count == 0, string.Join("\n", differences.Take(40)));
}
