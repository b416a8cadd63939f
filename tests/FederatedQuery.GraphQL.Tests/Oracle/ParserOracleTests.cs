using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.Testing;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>graphql-js parses the same documents.</summary>
public class ParserOracleTests
{
    [Fact]
    public async Task Parse_GeneratedDocuments_TreesAndErrorsEqualGraphQLJs()
    {
        var documents = ParserDocuments.Generate(OracleScale.Times(20_000), OracleScale.Seed + 7);
        var ours = documents.Select(Parse).ToArray();
        var input = new JsonArray([.. documents.Select((text, i) => new JsonObject { ["text"] = text, ["printed"] = ours[i].Printed })]);

        var theirs = JsonElement.Parse(await NodeScript.RunAsync("parse.js", input.ToJsonString()));

        var differences = new List<string>();
        var accepted = 0;
        for (var i = 0; i < documents.Count; i++)
        {
            if (ours[i].Error is { } refused && (refused.StartsWith("Syntax Error: Unexpected Name \"directive\".", StringComparison.Ordinal)
                || refused.StartsWith("Syntax Error: Expected \"on\", found \"@\".", StringComparison.Ordinal)))
            {
                // graphql-js reads on: it knows extensions of directives, and directives on them, which came after the specification of September 2025.
                continue;
            }

            if (theirs[i].TryGetProperty("isSame", out var isSame))
            {
                accepted++;
                if (!isSame.GetBoolean())
                {
                    differences.Add($"{Show(documents[i])}\n  graphql-js: {theirs[i]}\n  ours:       {ours[i].Error ?? ours[i].Printed}");
                }

                continue;
            }

            var expected = new GraphQLError(theirs[i].GetProperty("message").GetString()!)
            {
                Locations = [new SourceLocation(theirs[i].GetProperty("line").GetInt32(), theirs[i].GetProperty("column").GetInt32())],
            }.ToString();

            // graphql-js may show half of a surrogate pair, which JSON in UTF-8 cannot hold.
            var isHalf = expected.Contains('\uFFFD', StringComparison.Ordinal) && ours[i].Error is { } own && own[own.LastIndexOf('(')..] == expected[expected.LastIndexOf('(')..];
            if (ours[i].Error != expected && !isHalf)
            {
                differences.Add($"{Show(documents[i])}\n  graphql-js: {expected}\n  ours:       {ours[i].Error ?? "accepted"}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {documents.Count}\n{string.Join("\n", differences.Take(25))}");
        Assert.InRange(accepted / (double)documents.Count, 0.1, 0.9);
    }

    private static (string? Printed, string? Error) Parse(string text)
    {
        try
        {
            return (Utf8Parser.Parse(text).ToString(), null);
        }
        catch (GraphQLSyntaxException exception)
        {
            return (null, exception.Errors[0].ToString());
        }
    }

    private static string Show(string text) => JsonSerializer.Serialize(text);
}
