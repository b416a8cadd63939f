using System.Globalization;
using System.Text.RegularExpressions;

namespace FederatedQuery.Hot.Introspection;

/// <summary>Reads <c>pg_get_expr(relpartbound)</c> of range partitions over a date, timestamp or timestamptz.</summary>
internal static partial class PartitionBounds
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFzz", "yyyy-MM-dd HH:mm:ss.FFFFFFzzz",
    ];

    /// <returns>Null when the bounds are of another kind (list, hash, several columns, other types, infinity, years PostgreSQL alone has).</returns>
    public static (DateTimeOffset? From, DateTimeOffset? To, bool IsDefault)? Parse(string text)
    {
        if (text == "DEFAULT")
        {
            return (null, null, true);
        }

        var match = Range().Match(text);
        return match.Success && TryParseBound(match.Groups["from"].Value, out var from) && TryParseBound(match.Groups["to"].Value, out var to)
            ? (from, to, false)
            : null;
    }

    private static bool TryParseBound(string bound, out DateTimeOffset? instant)
    {
        instant = null;
        if (bound is "MINVALUE" or "MAXVALUE")
        {
            return true;
        }

        if (!DateTimeOffset.TryParseExact(
            bound.Trim('\''), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
        {
            return false;
        }

        instant = parsed;
        return true;
    }

    [GeneratedRegex(@"^FOR VALUES FROM \((?<from>MINVALUE|'[^',]*')\) TO \((?<to>MAXVALUE|'[^',]*')\)$")]
    private static partial Regex Range();
}
