using System.Text.RegularExpressions;
using FederatedQuery.GraphQL.Tests.Oracle.Execution;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>Valid operations with fragments and variables over <see cref="ExecutionWorld"/>, most of them made wrong by other words here and there.</summary>
internal static partial class WorldDocuments
{
    private static readonly string[] Values = ["1", "\"x\"", "true", "null", "1.5", "RED", "NOPE", "[1]", "{x: 1}", "{a: 1, b: null}", "$v0", "$v1", "$nope", "@skip", "@nope", "mutation", "subscription", "query", "...", "... on Node", "...F0", "{", "}", "!"];

    public static IReadOnlyList<string> Generate(int count, int seed)
    {
        var random = new Random(seed);
        var schema = ExecutionWorld.Schema;
        var names = schema.Types.Select(type => type.Name)
            .Concat(schema.Types.OfType<ComplexType>().SelectMany(type => type.Fields.Items).SelectMany(field => field.Arguments.Select(argument => argument.Name).Append(field.Name)))
            .Where(name => !name.StartsWith("__", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal).ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var source = new QueryGenerator(schema, seed + i).Next(dataSeed: 0, wrong: 0).Source;
                return i % 5 == 0 ? source : Change(source, names, random);
            }),
        ];
    }

    private static string Change(string source, string[] names, Random random)
    {
        var tokens = Tokens().Split(source);
        var words = Enumerable.Range(0, tokens.Length).Where(i => tokens[i].Length > 0 && (char.IsAsciiLetter(tokens[i][0]) || tokens[i][0] == '_')).ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = words[random.Next(words.Length)];
            tokens[at] = random.Next(10) switch
            {
                < 3 => names[random.Next(names.Length)],
                < 6 => tokens[words[random.Next(words.Length)]],
                < 8 => $"{tokens[at]} {tokens[at]}",
                8 => Values[random.Next(Values.Length)],
                _ => string.Empty,
            };
        }

        return string.Concat(tokens);
    }

    [GeneratedRegex(@"(?<=\W)|(?=\W)")]
    private static partial Regex Tokens();
}
