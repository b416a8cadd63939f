using System.Text;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>Cuts a search into its parts; see <see cref="TextSearch.Parse"/>.</summary>
internal static class SearchSyntax
{
    public static IEnumerable<(string Text, bool IsExcluded, bool IsPrefix)> Parts(string query)
    {
        var position = 0;
        while (position < query.Length)
        {
            if (char.IsWhiteSpace(query[position]))
            {
                position++;
                continue;
            }

            var isExcluded = query[position] == '-';
            position += isExcluded ? 1 : 0;
            if (position < query.Length && query[position] == '"')
            {
                var text = Quoted(query, ref position);
                var isPrefix = position < query.Length && query[position] == '*';
                position += isPrefix ? 1 : 0;
                yield return (text, isExcluded, isPrefix);
            }
            else
            {
                var start = position;
                while (position < query.Length && query[position] != '"' && !char.IsWhiteSpace(query[position]))
                {
                    position++;
                }

                var text = query[start..position];
                yield return (text, isExcluded, text.EndsWith('*'));
            }
        }
    }

    /// <param name="query">The whole.</param>
    /// <param name="position">In: of the opening quote. Out: after the closing one.</param>
    private static string Quoted(string query, ref int position)
    {
        var opening = position++;
        var text = new StringBuilder();
        for (; position < query.Length; position++)
        {
            var c = query[position];
            if (c == '"')
            {
                position++;
                return text.ToString();
            }

            if (c == '\\' && position + 1 < query.Length && query[position + 1] is '"' or '\\')
            {
                c = query[++position];
            }

            text.Append(c);
        }

        throw IcebergException.InvalidExpression(
            $"The quote at character {opening + 1} of the search '{query}' is not closed; a quote in a phrase is written \\\".");
    }
}
