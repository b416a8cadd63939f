using System.Text;
using System.Text.Json;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions.Texts;

namespace FederatedQuery.Hot.Scans;

/// <summary>Tests of text as conditions in PostgreSQL's SQL, to stand behind NOT as well: false, or null, for null, and for every text true or false.</summary>
internal static class TextTestSql
{
    /// <summary>The greatest exponent of a number that is compared within jsonb, whose numbers have an end.</summary>
    private const int MostExponent = 10_000;

    /// <param name="test">What is asked.</param>
    /// <param name="value">Of a text type, or of one whose text is asked.</param>
    /// <param name="hasWordIndex">Whether an index may pre-select by words.</param>
    /// <returns>Null when it cannot be said.</returns>
    public static string? Of(TextTest test, SqlValue value, bool hasWordIndex) => test switch
    {
        ContainsTest contains => Like(value.Ordered, contains.Text, '%'),
        EndsWithTest endsWith => Like(value.Ordered, endsWith.Text, ends: null),
        SearchTest search => SearchSql.Of(search.Search, value.Ordered, hasWordIndex ? value.Sql : null),
        JsonExistsTest exists => Found(value, exists.Path) is { } found ? $"{found} IS NOT NULL" : null,
        JsonEqualTest equal => Found(value, equal.Path) is { } found && Jsonb(equal.Json) is { } json ? $"({found} = {json}) IS TRUE" : null,
        _ => throw new System.Diagnostics.UnreachableException(test.GetType().Name),
    };

    private static string? Like(string text, string part, char? ends)
    {
        if (part.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var escaped = part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
        return $"{text} LIKE {SqlLiteral.Text($"%{escaped}{ends}")}";
    }

    /// <summary>The value at the path, or null. The text of what is not jsonb may be no JSON, and one bad row would fail the statement.</summary>
    private static string? Found(SqlValue value, JsonPath path)
    {
        if (value.Type is not { IsJson: true, Name: "jsonb" } || path.Steps.Any(step => step.Key?.Contains('\0', StringComparison.Ordinal) ?? false))
        {
            return null;
        }

        // Strict: lax mode would take the elements of arrays for the arrays.
        var steps = string.Concat(path.Steps.Select(step => step.Key is { } key ? $".{JsonSerializer.Serialize(key)}" : step.ToString()));
        return $"jsonb_path_query_first({value.Sql}, {SqlLiteral.Text($"strict ${steps}")}, '{{}}', true)";
    }

    private static string? Jsonb(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
            if ((reader.TokenType == JsonTokenType.Number && IsBeyondNumeric(reader.ValueSpan))
                || (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped
                    && reader.GetString()!.Contains('\0', StringComparison.Ordinal)))
            {
                return null;
            }
        }

        return $"{SqlLiteral.Text(json)}::jsonb";
    }

    private static bool IsBeyondNumeric(ReadOnlySpan<byte> number) => number.Length > MostExponent
        || (number.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var e
            && !(int.TryParse(number[(e + 1)..], out var exponent) && Math.Abs((long)exponent) <= MostExponent));
}
