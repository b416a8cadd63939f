using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// What DuckDB's <c>RETURN_STATS</c> says of one column of a written file, in Iceberg's terms. A figure that DuckDB does not give, or gives in a
/// form that cannot be read exactly, is null: an absent bound prunes nothing, a wrong one loses rows.
/// </summary>
internal sealed record ColumnStatistics(long? SizeBytes, long? ValueCount, long? NullCount, long? NanCount, Literal? Lower, Literal? Upper)
{
    /// <summary>Longer text bounds are cut: they cost metadata in every manifest and prune hardly better.</summary>
    private const int MaximumBoundCharacters = 32;

    public static ColumnStatistics Read(PrimitiveType type, IReadOnlyDictionary<string, string> statistics)
    {
        var hasNan = statistics.GetValueOrDefault("has_nan");
        return new ColumnStatistics(
            Number(statistics, "column_size_bytes"),
            Number(statistics, "num_values"),
            Number(statistics, "null_count"),
            // DuckDB counts no NaNs; it knows when there is none.
            hasNan == "false" ? 0 : null,
            LowerBound(Value(type, statistics.GetValueOrDefault("min"))),
            UpperBound(Value(type, statistics.GetValueOrDefault("max"))));
    }

    private static long? Number(IReadOnlyDictionary<string, string> statistics, string name) =>
        statistics.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <param name="least">The least value of all; null: not known.</param>
    public static Literal? LowerBound(Literal? least) => least switch
    {
        { TypeId: TypeId.String } text => Literal.String(Cut(text.AsString)),
        { } bound => WithZero(bound, -0.0),
        null => null,
    };

    /// <param name="greatest">The greatest value of all; null: not known.</param>
    public static Literal? UpperBound(Literal? greatest)
    {
        if (greatest is not { TypeId: TypeId.String } text)
        {
            return greatest is { } bound ? WithZero(bound, 0.0) : null;
        }

        var cut = Cut(text.AsString);
        return cut.Length == text.AsString.Length ? text : NextAfterPrefix(cut) is { } next ? Literal.String(next) : null;
    }

    /// <summary>To DuckDB both zeros are the same and either may be the bound; in Iceberg's order -0 is below +0, and a bound must hold both.</summary>
    private static Literal WithZero(Literal bound, double zero) => bound.TypeId switch
    {
        TypeId.Double when bound.AsDouble == 0 => Literal.Double(zero),
        TypeId.Float when bound.AsFloat == 0 => Literal.Float((float)zero),
        _ => bound,
    };

    /// <summary>Bytes come as text in a form of DuckDB's own, and are no columns to search by range; a NaN is no bound.</summary>
    private static Literal? Value(PrimitiveType type, string? text) =>
        text is null || type is BinaryType or FixedType || !DuckDbLiterals.TryParse(type, text, out var value) || value.IsNaN ? null : value;

    /// <summary>The first characters, never half of a surrogate pair.</summary>
    private static string Cut(string text)
    {
        if (text.Length <= MaximumBoundCharacters)
        {
            return text;
        }

        var length = char.IsHighSurrogate(text[MaximumBoundCharacters - 1]) ? MaximumBoundCharacters - 1 : MaximumBoundCharacters;
        return text[..length];
    }

    /// <summary>The least text above everything with this prefix: its last character that has one is replaced by its successor.</summary>
    private static string? NextAfterPrefix(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        for (var i = runes.Count - 1; i >= 0; i--)
        {
            var next = runes[i].Value == 0xD7FF ? 0xE000 : runes[i].Value + 1;
            if (System.Text.Rune.IsValid(next))
            {
                return string.Concat(runes.Take(i).Append(new System.Text.Rune(next)).Select(rune => rune.ToString()));
            }
        }

        return null;
    }
}
