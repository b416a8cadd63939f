using System.Globalization;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions.Texts;

namespace FederatedQuery.Hot.Scans;

/// <summary>
/// Searches as conditions in PostgreSQL's SQL. PostgreSQL's own idea of words is nobody else's, so each term is a regular expression that is made of the search:
/// letters as the classes of their cases, what ends words as the class of all separators. Where there is an index on <see cref="Words"/>, it pre-selects rows by
/// the ASCII in the words; PostgreSQL evaluates the costly function last, so that rows in partitions without an index do not pay for it.
/// </summary>
internal static class SearchSql
{
    /// <summary>
    /// The function that makes a <c>tsvector</c> of a text's runs of ASCII letters (in lower case), digits and <c>_</c>; with the lexeme <c>*</c> when there was
    /// too much of it.
    /// </summary>
    public const string Words = "federated_query.words";

    /// <summary>Longer runs are cut in the index.</summary>
    private const int LongestRun = 2000;

    /// <summary>U+0000 is in no text, and in no class.</summary>
    private static readonly string Separators = string.Concat(WordCharacters.Separators
        .Select(range => (First: Math.Max(range.First, 1), range.Last))
        .Select(range => range.First == range.Last ? Escaped(range.First) : $"{Escaped(range.First)}-{Escaped(range.Last)}"));

    private static readonly string Separator = $"[{Separators}]";

    /// <param name="search">Not empty.</param>
    /// <param name="text">The text in SQL, in collation "C".</param>
    /// <param name="indexed">The column in SQL when its words are indexed.</param>
    public static string Of(TextSearch search, string text, string? indexed)
    {
        var terms = search.Required.Select(term => Of(term, text)).Concat(search.Excluded.Select(term => $"NOT {Of(term, text)}"));
        if (indexed is not null && Lexemes(search) is { Count: > 0 } lexemes)
        {
            var query = SqlLiteral.Text($"({string.Join(" & ", lexemes)}) | '*'");
            terms = terms.Append($"{Words}({indexed}) @@ {query}::tsquery");
        }

        return $"({(search.Required.IsEmpty ? $"{text} IS NOT NULL AND " : "")}{string.Join(" AND ", terms)})";
    }

    private static string Of(SearchTerm term, string text)
    {
        var condition = $"{text} ~ {SqlLiteral.Text(Pattern(term))}";

        // To look for ASCII letters takes a third of the time that the expression takes, and most texts do not have them. CASE keeps the order.
        return Ascii(term) is { } ascii
            ? $"CASE WHEN strpos(lower({text}), '{ascii}') > 0 THEN {condition} ELSE false END"
            : $"coalesce({condition}, false)";
    }

    internal static string Pattern(SearchTerm term)
    {
        var words = term.Words.Select(word => string.Concat(word.EnumerateRunes().Select(rune => Letter(rune.Value))));
        return $"(^|{Separator}){string.Join($"{Separator}+", words)}{(term.IsPrefix ? "" : $"($|{Separator})")}";
    }

    /// <summary>What is in the index for every text that has the words.</summary>
    private static List<string> Lexemes(TextSearch search)
    {
        var lexemes = new List<string>();
        foreach (var term in search.Required)
        {
            for (var i = 0; i < term.Words.Length; i++)
            {
                var runs = Runs(term.Words[i]);
                var isOpen = term.IsPrefix && i == term.Words.Length - 1 && char.IsAscii(term.Words[i][^1]);
                lexemes.AddRange(runs.Select((run, j) => $"'{run[..Math.Min(run.Length, LongestRun)]}'{(isOpen && j == runs.Length - 1 ? ":*" : "")}"));
            }
        }

        return [.. lexemes.Distinct()];
    }

    /// <summary>The runs of ASCII in a word.</summary>
    private static string[] Runs(string word) => word.Split([.. word.Where(c => !char.IsAscii(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries);

    private static string Letter(int folded)
    {
        var variants = CaseFolding.VariantsOf(folded);
        return variants.Count == 1 ? Escaped(folded) : $"[{string.Concat(variants.Select(Escaped))}]";
    }

    /// <summary>The longest run of ASCII in a word, if it tells anything.</summary>
    private static string? Ascii(SearchTerm term) => term.Words.SelectMany(Runs).MaxBy(run => run.Length) is { Length: > 1 } longest ? longest : null;

    private static string Escaped(int codePoint) => codePoint switch
    {
        < 0x80 when char.IsAsciiLetterOrDigit((char)codePoint) || codePoint == '_' => ((char)codePoint).ToString(),
        < 0x10000 => $"\\u{codePoint.ToString("X4", CultureInfo.InvariantCulture)}",
        _ => $"\\U{codePoint.ToString("X8", CultureInfo.InvariantCulture)}",
    };
}
