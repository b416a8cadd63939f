namespace FederatedQuery.Columns;

/// <summary>Names close to a mistyped one.</summary>
public static class NearNames
{
    private const int Most = 3;

    /// <summary>At most three names, nearest first, none further than a third of the name's length in edits.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates)
    {
        var bound = Math.Max(1, name.Length / 3);
        return
        [
            .. candidates
                .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
                .Where(pair => pair.distance <= bound || IsPartOf(name, pair.candidate))
                .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
                .Take(Most)
                .Select(pair => pair.candidate),
        ];
    }

    /// <summary>As a person says them: <c>'a' or 'b'</c>.</summary>
    public static string Say(IReadOnlyList<string> names) => string.Join(" or ", names.Select(name => $"'{name}'"));

    private static bool IsPartOf(string name, string candidate) =>
        name.Length >= 4 && candidate.Contains(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The Damerau-Levenshtein distance (adjacent swaps count as one edit).</summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[left.Length, right.Length];
    }
}
