using System.Globalization;
using System.Numerics;
using System.Text;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.Federation.Rows;

/// <summary>A sum divided by a count, as a decimal: at least sixteen digits and those of the sum behind the point, the last one rounded half away from zero, without zeros at its end.</summary>
internal static class ExactAverage
{
    /// <summary>Of what is written, in bytes.</summary>
    public const int MaximumLength = 128;

    private const int Digits = 16;

    /// <param name="sum">Exact.</param>
    /// <param name="count">1 or more.</param>
    /// <param name="destination">Of <see cref="MaximumLength"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(DuckDBDecimal sum, long count, Span<byte> destination)
    {
        var unscaled = (BigInteger)sum.Unscaled;
        var whole = BigInteger.Abs(unscaled) / BigInteger.Pow(10, sum.Scale) / count;
        var wholeDigits = whole.IsZero ? 0 : whole.ToString(CultureInfo.InvariantCulture).Length;
        var scale = Math.Max(sum.Scale, Digits - wholeDigits);
        var numerator = BigInteger.Abs(unscaled) * BigInteger.Pow(10, scale - sum.Scale);
        var quotient = BigInteger.DivRem(numerator, count, out var remainder);
        quotient += remainder * 2 >= count ? 1 : 0;
        while (scale > 0 && quotient % 10 == 0)
        {
            quotient /= 10;
            scale--;
        }

        var digits = quotient.ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var text = scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}";
        return Encoding.ASCII.GetBytes(unscaled.Sign < 0 && !quotient.IsZero ? $"-{text}" : text, destination);
    }
}
