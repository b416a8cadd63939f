using System.Buffers.Text;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>
/// Numbers with few decimals, such as prices: they are told by a multiplication and a division, in a tenth of the time that finding the shortest
/// digits of any double takes.
/// </summary>
internal static class ShortDecimal
{
    private const int MostDecimals = 3;

    /// <summary>Above it doubles may lie too far apart for what follows, and numbers are written with an exponent.</summary>
    private const double Largest = 1e12;

    private static ReadOnlySpan<double> PowersOfTen => [1, 10, 100, 1000];

    /// <summary>
    /// Writes what <see cref="double.ToString()"/> would. False when the number needs more decimals, is too large, is negative zero, or is none.
    /// </summary>
    public static bool TryFormat(double value, Span<byte> utf8, out int written)
    {
        written = 0;
        if (!(Math.Abs(value) < Largest) || (value == 0 && double.IsNegative(value)))
        {
            return false;
        }

        for (var decimals = 0; decimals <= MostDecimals; decimals++)
        {
            // Both are exact, so the division gives the double nearest to the decimal number: if that is the value, the digits stand for it,
            // and with the fewest decimals that do they are the shortest.
            var digits = Math.Round(value * PowersOfTen[decimals]);
            if (digits / PowersOfTen[decimals] == value)
            {
                return TryFormat((long)digits, decimals, utf8, out written);
            }
        }

        return false;
    }

    private static bool TryFormat(long digits, int decimals, Span<byte> utf8, out int written)
    {
        var power = (long)PowersOfTen[decimals];
        var (whole, fraction) = Math.DivRem(Math.Abs(digits), power);
        var sign = digits < 0 ? 1 : 0;
        written = 0;
        if (utf8.Length < 24)
        {
            return false;
        }

        utf8[0] = (byte)'-';
        Utf8Formatter.TryFormat(whole, utf8[sign..], out written);
        written += sign;
        if (decimals == 0)
        {
            return true;
        }

        utf8[written] = (byte)'.';
        for (var i = decimals; i > 0; i--)
        {
            (fraction, var digit) = Math.DivRem(fraction, 10);
            utf8[written + i] = (byte)('0' + digit);
        }

        written += decimals + 1;
        return true;
    }
}
