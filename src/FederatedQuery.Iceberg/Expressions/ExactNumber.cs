using System.Numerics;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Expressions;

/// <summary>
/// A numeric literal as an exact fraction, so that constants are converted between number types without rounding by accident.
/// </summary>
internal readonly record struct ExactNumber(BigInteger Numerator, BigInteger Denominator)
{
    /// <returns>Null for NaN, the infinities and what is not a number.</returns>
    public static ExactNumber? Of(Literal value) => value.TypeId switch
    {
        TypeId.Int or TypeId.Long => new ExactNumber(value.AsLong, 1),
        TypeId.Decimal when value.Scale >= 0 => new ExactNumber(value.UnscaledValue, BigInteger.Pow(10, value.Scale)),
        TypeId.Decimal => new ExactNumber(value.UnscaledValue * BigInteger.Pow(10, -value.Scale), 1),
        TypeId.Float or TypeId.Double when double.IsFinite(value.AsDouble) => Of(value.AsDouble),
        _ => null,
    };

    /// <summary>The greatest multiple of <c>10^-scale</c> that is not above the number, in such units.</summary>
    public BigInteger Floor(int scale, out bool exact)
    {
        var scaled = scale >= 0 ? Numerator * BigInteger.Pow(10, scale) : Numerator;
        var divisor = scale >= 0 ? Denominator : Denominator * BigInteger.Pow(10, -scale);
        var quotient = BigInteger.DivRem(scaled, divisor, out var remainder);
        exact = remainder.IsZero;
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>The greatest double that is not above the number.</summary>
    public double FloorToDouble()
    {
        // 66 bits of the quotient, then one multiplication by a power of two: at most a few steps beside the answer.
        var shift = 66 - (int)(Numerator.GetBitLength() - Denominator.GetBitLength());
        var quotient = shift >= 0 ? (Numerator << shift) / Denominator : Numerator / (Denominator << -shift);
        var guess = Math.Clamp(Math.ScaleB((double)quotient, -shift), double.MinValue, double.MaxValue);
        while (Of(guess).CompareTo(this) > 0)
        {
            guess = double.BitDecrement(guess);
            if (double.IsNegativeInfinity(guess))
            {
                return guess;
            }
        }

        for (var next = double.BitIncrement(guess); double.IsFinite(next) && Of(next).CompareTo(this) <= 0; next = double.BitIncrement(next))
        {
            guess = next;
        }

        return guess;
    }

    /// <summary>The greatest float that is not above the number.</summary>
    public float FloorToFloat()
    {
        var wide = FloorToDouble();
        var guess = (float)Math.Clamp(wide, float.MinValue, float.MaxValue);
        return guess > wide ? float.BitDecrement(guess) : guess;
    }

    public int CompareTo(ExactNumber other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public static ExactNumber Of(double finite)
    {
        const int MantissaBits = 52;
        const int ExponentBias = 1075;
        var bits = BitConverter.DoubleToInt64Bits(finite);
        var exponent = (int)((bits >> MantissaBits) & 0x7FF);
        var mantissa = bits & ((1L << MantissaBits) - 1);
        mantissa = exponent == 0 ? mantissa : mantissa | (1L << MantissaBits);
        var power = Math.Max(exponent, 1) - ExponentBias;
        BigInteger signed = bits < 0 ? -mantissa : mantissa;
        return power >= 0 ? new ExactNumber(signed << power, 1) : new ExactNumber(signed, BigInteger.One << -power);
    }
}
