using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Puts the values of <c>parameters</c> in the place of <c>$1</c>, <c>$2</c>, as constants: raw SQL is read by COPY, which takes no bind
/// parameters. A string takes the type of what it is compared with, as any quoted constant does.
/// </summary>
internal static class PostgresParameters
{
    /// <exception cref="HotException">Of kind <see cref="HotErrorKind.Argument"/>: missing, unused or unusable values.</exception>
    public static string Bind(string sql, IReadOnlyList<PostgresToken> tokens, JsonNode? parameters)
    {
        var values = parameters switch
        {
            null => [],
            JsonArray items => items.ToArray(),
            _ => throw Bad("`parameters` of a PostgreSQL statement must be a JSON array: its first value is $1."),
        };
        var used = new bool[values.Length];
        var bound = new StringBuilder();
        var copied = 0;
        foreach (var token in tokens.Where(token => token.Kind == PostgresTokenKind.Parameter))
        {
            if (!int.TryParse(token.Text, CultureInfo.InvariantCulture, out var number) || number < 1 || number > values.Length)
            {
                throw new HotException(HotErrorKind.Argument, $"Parameter ${token.Text} has no value: `parameters` gives {values.Length}.")
                {
                    Position = token.Start,
                };
            }

            used[number - 1] = true;
            bound.Append(sql, copied, token.Start - copied).Append(Constant(number, values[number - 1]));
            copied = token.Start + token.Length;
        }

        if (Array.IndexOf(used, false) is >= 0 and var unused)
        {
            throw Bad($"`parameters` gives ${unused + 1}, which the statement does not use.");
        }

        // What stands behind the last token is a trailing semicolon or a comment.
        var end = tokens[^1].Start + tokens[^1].Length;
        return bound.Append(sql, copied, Math.Max(0, end - copied)).ToString();
    }

    private static string Constant(int number, JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "NULL",
        JsonValueKind.True => "TRUE",
        JsonValueKind.False => "FALSE",
        JsonValueKind.Number => $"({value.ToJsonString()})",
        JsonValueKind.String => SqlLiteral.Text(value.GetValue<string>()),
        JsonValueKind.Array => $"ARRAY[{string.Join(", ", ((JsonArray)value).Select(item => Constant(number, item)))}]",
        JsonValueKind.Object => SqlLiteral.Text(value.ToJsonString()),
        var kind => throw Bad($"Parameter ${number} is a {kind}, which SQL has no value for."),
    };

    private static HotException Bad(string message) => new(HotErrorKind.Argument, message);
}
