namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Shortens bounds of text and bytes for manifests, keeping what a bound promises: a cut lower bound is not above any value, a cut
/// upper bound is
/// raised so that it is not below any.
/// </summary>
public static class BoundTruncation
{
    /// <summary>As writers commonly do, <c>truncate(16)</c>.</summary>
    public const int DefaultLength = 16;

    private const char LastBeforeSurrogates = '\uD7FF';
    private const int MaxCodePoint = 0x10FFFF;

    /// <param name="bound">Of any kind; only text and bytes are cut.</param>
    /// <param name="length">In code points or bytes; positive.</param>
    public static Literal Lower(Literal bound, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return bound.TypeId switch
        {
            TypeId.String => Literal.String(bound.AsString[..CodePoints.UnitsOf(bound.AsString, length)]),
            TypeId.Fixed => Literal.Fixed(bound.AsBytes.Span[..Math.Min(length, bound.AsBytes.Length)]),
            TypeId.Binary => Literal.Binary(bound.AsBytes.Span[..Math.Min(length, bound.AsBytes.Length)]),
            _ => bound,
        };
    }

    /// <inheritdoc cref="Lower"/>
    /// <returns>Null when the cut value cannot be raised, being the greatest of its length: then there is no short upper bound.</returns>
    public static Literal? Upper(Literal bound, int length)
    {
        var cut = Lower(bound, length);
        return cut == bound ? bound : bound.TypeId switch
        {
            TypeId.String => NextText(cut.AsString) is { } text ? Literal.String(text) : null,
            TypeId.Fixed => NextBytes(cut.AsBytes.Span) is { } bytes ? Literal.Fixed(bytes) : null,
            _ => NextBytes(cut.AsBytes.Span) is { } bytes ? Literal.Binary(bytes) : null,
        };
    }

    private static string? NextText(string text)
    {
        for (var end = text.Length; end > 0;)
        {
            var start = end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? end - 2 : end - 1;
            var codePoint = end - start == 2 ? char.ConvertToUtf32(text[start], text[end - 1]) : text[start];
            if (codePoint < MaxCodePoint)
            {
                var next = codePoint == LastBeforeSurrogates ? 0xE000 : codePoint + 1;
                return text[..start] + char.ConvertFromUtf32(next);
            }

            end = start;
        }

        return null;
    }

    private static byte[]? NextBytes(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.TrimEnd((byte)0xFF).Length;
        if (end == 0)
        {
            return null;
        }

        var next = bytes[..end].ToArray();
        next[^1]++;
        return next;
    }
}
