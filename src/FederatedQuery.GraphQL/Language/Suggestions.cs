namespace FederatedQuery.GraphQL.Language;

/// <summary>"Did you mean ..." for misspelt names, by lexical distance, as graphql-js counts it.</summary>
internal static class Suggestions
{
    private const int MostSuggestions = 5;

    [ThreadStatic]
    private static bool IsOff;

    /// <summary>
    /// Runs work that makes error messages, without suggestions unless <paramref name="allowed"/>. For the thread rather than passed down,
    /// as every place that coerces a value would have to hand it on; the work must not await.
    /// </summary>
    public static T Run<TState, T>(bool allowed, TState state, Func<TState, T> work)
    {
        var outer = IsOff;
        IsOff = !allowed;
        try
        {
            return work(state);
        }
        finally
        {
            IsOff = outer;
        }
    }

    /// <summary>The names that are near enough, nearest first.</summary>
    public static IReadOnlyList<string> For(string input, IEnumerable<string> options)
    {
        if (IsOff)
        {
            return [];
        }

        // Names whose lengths differ by more are left out first: comparing costs the product of both.
        var threshold = (int)Math.Floor(input.Length * 0.4) + 1;
        return
        [
            .. options
                .Where(option => Math.Abs(option.Length - input.Length) <= threshold)
                .Select(option => (Option: option, Distance: DistanceOf(input, option)))
                .Where(candidate => candidate.Distance <= threshold)
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Option, StringComparer.Ordinal)
                .Select(candidate => candidate.Option),
        ];
    }

    /// <summary><c> Did you mean "a", "b", or "c"?</c> with a leading space, or nothing.</summary>
    public static string DidYouMean(string? what, IReadOnlyList<string> suggestions, bool quote = true)
    {
        if (suggestions.Count == 0 || IsOff)
        {
            return string.Empty;
        }

        var items = suggestions.Take(MostSuggestions).Select(item => quote ? $"\"{item}\"" : $"\"{item}\"").ToArray();
        return $" Did you mean {(what is null ? string.Empty : what + " ")}{Or(items)}?";
    }

    public static string Or(IReadOnlyList<string> items) => items.Count switch
    {
        1 => items[0],
        2 => $"{items[0]} or {items[1]}",
        _ => $"{string.Join(", ", items.Take(items.Count - 1))}, or {items[^1]}",
    };

    /// <summary>Damerau-Levenshtein over characters; names that differ in case alone are one apart.</summary>
    private static int DistanceOf(string input, string option)
    {
        if (input == option)
        {
            return 0;
        }

        var a = input.ToLowerInvariant();
        var b = option.ToLowerInvariant();
        if (a == b)
        {
            return 1;
        }

        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var distance = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    distance = Math.Min(distance, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = distance;
            }
        }

        return rows[a.Length, b.Length];
    }
}
