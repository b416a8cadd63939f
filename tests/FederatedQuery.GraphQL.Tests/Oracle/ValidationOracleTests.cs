using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.Oracle.Execution;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>graphql-js judges the same documents over the same schema.</summary>
public class ValidationOracleTests
{
    private static readonly Schema Pets = SchemaReader.Read(PetsSchema.Sdl);

    [Fact]
    public async Task Validate_DocumentsByHand_ErrorsEqualGraphQLJs() => AssertSame(await CompareAsync(PetsSchema.Sdl, Pets, Documents.ByHand, withMessages: true));

    [Fact]
    public async Task Validate_MutatedDocuments_VerdictsEqualGraphQLJs()
    {
        var comparison = await CompareAsync(PetsSchema.Sdl, Pets, [.. Documents.Mutated(OracleScale.Times(3000), seed: 20251 + OracleScale.Seed), .. Documents.ByHand], withMessages: false);

        AssertSame(comparison);
        var rare = comparison.Rules.Where(rule => rule.Value < 5).ToArray();
        Assert.True(comparison.Rules.Count >= 28 && rare.Length == 0, $"Documents by rule: {string.Join(", ", comparison.Rules.OrderBy(rule => rule.Value))}");
    }

    [Fact]
    public async Task Validate_OperationsMadeWrong_VerdictsEqualGraphQLJs()
    {
        var comparison = await CompareAsync(
            ExecutionWorld.FullSdl, ExecutionWorld.Schema, WorldDocuments.Generate(OracleScale.Times(2000), 40_000 + OracleScale.Seed), withMessages: false);

        AssertSame(comparison);
        Assert.True(comparison.Rules.Count >= 14, $"Documents by rule: {string.Join(", ", comparison.Rules.OrderBy(rule => rule.Value))}");
    }

    [Fact]
    public async Task Validate_OperationsWithoutRootType_ErrorsEqualGraphQLJs()
    {
        const string Sdl = "type Query { a: Int }";
        string[] documents =
            ["mutation { a }", "mutation M { __typename }", "subscription { a }", "subscription { __typename }", "query Q { a } mutation M { b(c: $d) @include(if: true) }"];

        AssertSame(await CompareAsync(Sdl, SchemaReader.Read(Sdl), documents, withMessages: true));
    }

    private static void AssertSame(Comparison comparison) =>
        Assert.True(comparison.Differences.Count == 0, $"{comparison.Differences.Count} differences\n{string.Join("\n", comparison.Differences.Take(20))}");

    private static async Task<Comparison> CompareAsync(string sdl, Schema schema, IReadOnlyList<string> documents, bool withMessages)
    {
        var input = new JsonObject { ["sdl"] = sdl, ["documents"] = new JsonArray([.. documents.Select(text => JsonValue.Create(text))]) };
        var theirs = JsonElement.Parse(await NodeScript.RunAsync("validate.js", input.ToJsonString()));

        var differences = new List<string>();
        for (var i = 0; i < documents.Count; i++)
        {
            var expected = theirs[i].EnumerateArray().Select(ToText).Distinct().Order(StringComparer.Ordinal).ToArray();
            var actual = Validate(schema, documents[i]).Select(error => error.ToString()).Distinct().Order(StringComparer.Ordinal).ToArray();
            if (documents[i].Contains("1e999", StringComparison.Ordinal) || (withMessages && documents[i] == "{ __type { name } }"))
            {
                // The specification refuses floats that are not finite (section 3.5.2), graphql-js does not; and it calls the query root "<meta>".
                Assert.NotEmpty(actual);
                continue;
            }

            // graphql-js misses nullable variables in a OneOf input object that is itself of a non-null type.
            actual = [.. actual.Where(error => expected.Contains(error) || !error.Contains("must be non-nullable to be used for OneOf Input Object", StringComparison.Ordinal))];
            var same = withMessages ? expected.SequenceEqual(actual) : (expected.Length == 0) == (actual.Length == 0);
            if (!same)
            {
                differences.Add($"{documents[i]}\n  graphql-js: {string.Join(" | ", expected.Except(actual))}\n  ours:       {string.Join(" | ", actual.Except(expected))}");
            }
        }

        var rules = theirs.EnumerateArray()
            .SelectMany(errors => errors.EnumerateArray().Select(error => error.TryGetProperty("rule", out var rule) ? rule.GetString()! : "syntax").Distinct())
            .CountBy(rule => rule).ToDictionary(StringComparer.Ordinal);
        return new Comparison(differences, rules);
    }

    private static string ToText(JsonElement error) => new GraphQLError(error.GetProperty("message").GetString()!)
    {
        Locations = [.. error.GetProperty("locations").EnumerateArray().Select(at => new SourceLocation(at.GetProperty("line").GetInt32(), at.GetProperty("column").GetInt32()))],
    }.ToString();

    private static IReadOnlyList<GraphQLError> Validate(Schema schema, string text)
    {
        try
        {
            return new DocumentValidator(schema).Validate(Utf8Parser.Parse(text));
        }
        catch (GraphQLSyntaxException exception)
        {
            return exception.Errors;
        }
    }

    /// <param name="Differences">A text for each document judged otherwise.</param>
    /// <param name="Rules">How many documents graphql-js finds against each of its rules.</param>
    private sealed record Comparison(IReadOnlyList<string> Differences, IReadOnlyDictionary<string, int> Rules);
}
