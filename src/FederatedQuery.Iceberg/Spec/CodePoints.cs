namespace FederatedQuery.Iceberg.Spec;

/// <summary>Text by code point: Iceberg's order and lengths, where .NET counts UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>How many UTF-16 units the first <paramref name="count"/> code points take; all of them when there are fewer.</summary>
    public static int UnitsOf(string text, int count)
    {
        var units = 0;
        for (var i = 0; i < count && units < text.Length; i++)
        {
            units += units + 1 < text.Length && char.IsSurrogatePair(text[units], text[units + 1]) ? 2 : 1;
        }

        return units;
    }

    /// <summary>The order of the code points, which is also that of the UTF-8 bytes and differs from that of UTF-16 units.</summary>
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // Surrogates (D800-DFFF) stand for code points above FFFF, so they go above E000-FFFF.
        return Rank(left[common]).CompareTo(Rank(right[common]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
