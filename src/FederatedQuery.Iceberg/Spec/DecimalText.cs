using System.Globalization;
using System.Numerics;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Texts of decimals (Appendix D): plain digits for scale 0 and above, <c>2E+20</c> for a negative scale.</summary>
public static class DecimalText
{
    /// <summary>A value of <c>unscaled / 10^scale</c> with exactly <paramref name="scale"/> digits behind its point.</summary>
    public static string Format(Int128 unscaled, int scale)
    {
        var digits = unscaled.ToString(CultureInfo.InvariantCulture);
        if (scale <= 0)
        {
            return scale == 0 ? digits : $"{digits}E+{-scale}";
        }

        var sign = unscaled < 0 ? "-" : "";
        var magnitude = digits[sign.Length..].PadLeft(scale + 1, '0');
        return $"{sign}{magnitude[..^scale]}.{magnitude[^scale..]}";
    }

    /// <summary>Reads any decimal notation, <c>-12.50</c> or <c>1.25E+3</c>, keeping the scale as written.</summary>
    /// <returns>False for other texts, and when the digits do not fit in 128 bits.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Int128 unscaled, out int scale)
    {
        unscaled = 0;
        scale = 0;
        var exponentAt = text.IndexOfAny('e', 'E');
        var exponent = 0;
        if (exponentAt >= 0)
        {
            if (!int.TryParse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs((long)exponent) > 1_000)
            {
                return false;
            }

            text = text[..exponentAt];
        }

        var point = text.IndexOf('.');
        var digits = point < 0 ? text.ToString() : string.Concat(text[..point], text[(point + 1)..]);
        scale = (point < 0 ? 0 : text.Length - point - 1) - exponent;
        return Int128.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out unscaled);
    }

    /// <summary>The same worth at another scale.</summary>
    /// <returns>False when digits would be lost or do not fit.</returns>
    public static bool TryRescale(Int128 unscaled, int fromScale, int toScale, out Int128 rescaled)
    {
        rescaled = unscaled;
        if (unscaled == 0 || fromScale == toScale)
        {
            return true;
        }

        BigInteger wide;
        if (toScale > fromScale)
        {
            wide = (BigInteger)unscaled * BigInteger.Pow(10, toScale - fromScale);
        }
        else
        {
            wide = BigInteger.DivRem(unscaled, BigInteger.Pow(10, fromScale - toScale), out var remainder);
            if (!remainder.IsZero)
            {
                return false;
            }
        }

        if (wide > (BigInteger)Int128.MaxValue || wide < (BigInteger)Int128.MinValue)
        {
            return false;
        }

        rescaled = (Int128)wide;
        return true;
    }
}
