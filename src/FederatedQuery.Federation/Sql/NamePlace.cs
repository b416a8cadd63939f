using System.Text.RegularExpressions;

namespace FederatedQuery.Federation.Sql;

/// <summary>
/// Where a statement, as it was written, names a column that DuckDB did not find. DuckDB sees the statement rewritten, so that the place it gives is of no use; the name is in its message.
/// </summary>
internal static partial class NamePlace
{
    /// <returns>
    /// The index of the name in <paramref name="sql"/>, where it is first; null: the message is about something else, or there are several SELECTs, in one of which the name may be right.
    /// </returns>
    public static int? Find(string sql, string message)
    {
        if (Missing().Match(message) is not { Success: true } missing)
        {
            return null;
        }

        int? first = null;
        var (found, selects) = (0, 0);
        foreach (var token in Tokens().Matches(sql).Where(token => token.Groups["name"].Success))
        {
            var name = token.Groups["name"].ValueSpan;
            selects += token.ValueSpan.Equals("select", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            if (name.Equals(missing.Groups["name"].ValueSpan, StringComparison.OrdinalIgnoreCase))
            {
                first ??= token.Index;
                found++;
            }
        }

        return found == 1 || selects == 1 ? first : null;
    }

    [GeneratedRegex("(?:Referenced column|does not have a column named) \"(?<name>[^\"]+)\"")]
    private static partial Regex Missing();

    /// <summary>Words and quoted names; comments and constants, which hold none.</summary>
    [GeneratedRegex("""--[^\n]*|/\*.*?\*/|'[^']*'|"(?<name>[^"]*)"|(?<name>[\p{L}\p{N}_$]+)""", RegexOptions.Singleline)]
    private static partial Regex Tokens();
}
