using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Expressions.Texts;

/// <summary>
/// What is looked for in a text: words, phrases, beginnings of words, all of which must be there, and others that must not. Words are runs of
/// <see cref="WordCharacters"/>, compared by <see cref="CaseFolding"/>; nothing is stemmed, normalized or left out. Equal when their queries are.
/// </summary>
public sealed class TextSearch : IEquatable<TextSearch>
{
    /// <summary>The longest query, in UTF-16 units.</summary>
    public const int MaximumLength = 2000;

    /// <summary>The most words in a query.</summary>
    public const int MaximumWords = 64;

    private TextSearch(string query, ImmutableArray<SearchTerm> required, ImmutableArray<SearchTerm> excluded)
    {
        Query = query;
        Required = required;
        Excluded = excluded;
    }

    /// <summary>As it was written.</summary>
    public string Query { get; }

    /// <summary>All of them are in a text that matches.</summary>
    public ImmutableArray<SearchTerm> Required { get; }

    /// <summary>None of them is in a text that matches.</summary>
    public ImmutableArray<SearchTerm> Excluded { get; }

    /// <summary>There is no word in the query: every text matches.</summary>
    public bool IsEmpty => Required.IsEmpty && Excluded.IsEmpty;

    /// <summary>
    /// Reads a query: <c>word</c>, <c>"a phrase"</c>, <c>-excluded</c>, <c>-"excluded phrase"</c>, <c>prefix*</c>, <c>"phrase with prefi"*</c>; in quotes <c>\"</c>
    /// is a quote and <c>\\</c> a backslash. What is written without spaces and has several words in it (<c>10.0.0.1</c>, <c>user-id</c>) is a phrase. A part
    /// without words is left out.
    /// </summary>
    /// <exception cref="IcebergException">Kind InvalidExpression: too long, too many words, or a quote that is not closed.</exception>
    public static TextSearch Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Length > MaximumLength)
        {
            throw IcebergException.InvalidExpression($"The search has {query.Length} characters; the most are {MaximumLength}.");
        }

        var required = ImmutableArray.CreateBuilder<SearchTerm>();
        var excluded = ImmutableArray.CreateBuilder<SearchTerm>();
        foreach (var (text, isExcluded, isPrefix) in SearchSyntax.Parts(query))
        {
            if (SearchTerm.Of(text, isPrefix) is { } term)
            {
                var terms = isExcluded ? excluded : required;
                if (!terms.Contains(term))
                {
                    terms.Add(term);
                }
            }
        }

        var words = required.Concat(excluded).Sum(term => term.Words.Length);
        return words > MaximumWords
            ? throw IcebergException.InvalidExpression($"The search has {words} words; the most are {MaximumWords}.")
            : new TextSearch(query, required.ToImmutable(), excluded.ToImmutable());
    }

    /// <param name="utf8">Well-formed.</param>
    public bool Matches(ReadOnlySpan<byte> utf8)
    {
        foreach (var term in Required)
        {
            if (!term.IsIn(utf8))
            {
                return false;
            }
        }

        foreach (var term in Excluded)
        {
            if (term.IsIn(utf8))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(TextSearch? other) => other is not null && Query == other.Query;

    public override bool Equals(object? obj) => Equals(obj as TextSearch);

    public override int GetHashCode() => Query.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Query;
}
