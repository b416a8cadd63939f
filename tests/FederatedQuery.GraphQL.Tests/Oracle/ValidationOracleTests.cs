using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Validation;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>graphql-js judges the same documents over the same schema.</summary>
public class ValidationOracleTests
{
    private static readonly Schema Pets = SchemaReader.Read(PetsSchema.Sdl);

    [Fact]
    public async Task Validate_DocumentsByHand_ErrorsEqualGraphQLJs()
    {
        var differences = await CompareAsync(Documents.ByHand, withMessages: true);

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public async Task Validate_MutatedDocuments_VerdictsEqualGraphQLJs()
    {
        var differences = await CompareAsync(Documents.Mutated(3000, seed: 20251), withMessages: false);

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(IReadOnlyList<string> documents, bool withMessages)
    {
        var input = new JsonObject { ["sdl"] = PetsSchema.Sdl, ["documents"] = new JsonArray([.. documents.Select(text => JsonValue.Create(text))]) };
        var theirs = JsonElement.Parse(await NodeScript.RunAsync("validate.js", input.ToJsonString()));

        var differences = new List<string>();
        for (var i = 0; i < documents.Count; i++)
        {
            var expected = theirs[i].EnumerateArray().Select(ToText).Order(StringComparer.Ordinal).ToArray();
            var actual = Validate(documents[i]).Select(error => error.ToString()).Order(StringComparer.Ordinal).ToArray();
            if (documents[i].Contains("1e999", StringComparison.Ordinal) || (withMessages && documents[i] == "{ __type { name } }"))
            {
                // The specification refuses floats that are not finite (section 3.5.2), graphql-js does not; and it calls the query root "<meta>".
                Assert.NotEmpty(actual);
                continue;
            }

            var same = withMessages ? expected.SequenceEqual(actual) : (expected.Length == 0) == (actual.Length == 0);
            if (!same)
            {
                differences.Add($"{documents[i]}\n  graphql-js: {string.Join(" | ", expected)}\n  ours:       {string.Join(" | ", actual)}");
            }
        }

        return differences;
    }

    private static string ToText(JsonElement error) => new GraphQLError(error.GetProperty("message").GetString()!)
    {
        Locations = [.. error.GetProperty("locations").EnumerateArray().Select(at => new SourceLocation(at.GetProperty("line").GetInt32(), at.GetProperty("column").GetInt32()))],
    }.ToString();

    private static IReadOnlyList<GraphQLError> Validate(string text)
    {
        try
        {
            return new DocumentValidator(Pets).Validate(Utf8Parser.Parse(text));
        }
        catch (GraphQLSyntaxException exception)
        {
            return exception.Errors;
        }
    }
}
