using System.Collections.Frozen;

namespace FederatedQuery.Gateway.Typed.Naming;

/// <summary>The singular of English words, by rule; a word that is no plural stays as it is.</summary>
internal static class Singular
{
    private static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>
    {
        ["people"] = "person",
        ["men"] = "man",
        ["women"] = "woman",
        ["children"] = "child",
        ["mice"] = "mouse",
        ["geese"] = "goose",
        ["feet"] = "foot",
        ["teeth"] = "tooth",
        ["oxen"] = "ox",
        ["indices"] = "index",
        ["matrices"] = "matrix",
        ["vertices"] = "vertex",
        ["appendices"] = "appendix",
        ["criteria"] = "criterion",
        ["phenomena"] = "phenomenon",
        ["quizzes"] = "quiz",
        ["axes"] = "axis",
        ["shoes"] = "shoe",
        ["canoes"] = "canoe",
        ["toes"] = "toe",
        ["movies"] = "movie",
        ["cookies"] = "cookie",
        ["calories"] = "calorie",
        ["ties"] = "tie",
        ["pies"] = "pie",
        ["lies"] = "lie",
        ["leaves"] = "leaf",
        ["wolves"] = "wolf",
        ["shelves"] = "shelf",
        ["halves"] = "half",
        ["knives"] = "knife",
        ["wives"] = "wife",
        ["lives"] = "life",
        ["thieves"] = "thief",
        ["loaves"] = "loaf",
        ["buses"] = "bus",
        ["gases"] = "gas",
        ["aliases"] = "alias",
        ["biases"] = "bias",
        ["atlases"] = "atlas",
        ["lenses"] = "lens",
    }.ToFrozenDictionary();

    /// <summary>Words that end in s and are no plurals, or are their own singular.</summary>
    private static readonly FrozenSet<string> Same =
        new[] { "series", "species", "news", "gas", "bus", "alias", "bias", "atlas", "lens", "canvas", "always", "has", "was", "is", "as", "this", "yes", "https", "dns", "aws", "gps", "sms", "tls", "css", "os" }.ToFrozenSet();

    /// <summary>Ends of words that end in <c>-use</c>, unlike <c>status</c>.</summary>
    private static readonly string[] Uses = ["causes", "clauses", "houses", "pauses", "spouses", "mouses", "blouses", "excuses", "fuses", "muses"];

    private static readonly string[] Sibilants = ["sses", "shes", "ches", "xes", "zzes"];

    /// <summary>Keeps capitals as they are where letters stay.</summary>
    public static string Of(string word)
    {
        var lower = word.ToLowerInvariant();
        if (Irregular.TryGetValue(lower, out var singular))
        {
            return char.IsUpper(word[0]) ? char.ToUpperInvariant(singular[0]) + singular[1..] : singular;
        }

        if (Same.Contains(lower) || lower.Length < 3 || !lower.EndsWith('s') || lower[^2] is 's' or 'i' or 'u')
        {
            return word;
        }

        return lower switch
        {
            _ when lower.EndsWith("ies", StringComparison.Ordinal) && lower.Length > 4 => word[..^3] + "y",
            _ when Sibilants.Any(end => lower.EndsWith(end, StringComparison.Ordinal)) => word[..^2],
            _ when lower.EndsWith("oes", StringComparison.Ordinal) => word[..^2],
            _ when lower is "uses" || Uses.Any(end => lower.EndsWith(end, StringComparison.Ordinal)) => word[..^1],
            _ when lower.EndsWith("uses", StringComparison.Ordinal) => word[..^2],
            _ when lower.EndsWith("yses", StringComparison.Ordinal) => word[..^2] + "is",
            _ => word[..^1],
        };
    }
}
