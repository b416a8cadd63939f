using System.Globalization;
using System.Numerics;

namespace FederatedQuery.DuckDb.Types;

/// <summary>DECIMAL(width, scale): <c>Unscaled / 10^Scale</c>. Width is at most 38.</summary>
public readonly record struct DuckDBDecimal(Int128 Unscaled, byte Width, byte Scale)
{
    public const byte MaximumWidth = 38;

    /// <summary>The narrowest decimal that holds <paramref name="value"/> with its own scale.</summary>
    public static DuckDBDecimal From(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var unscaled = (Int128)new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        var scale = value.Scale;
        var digits = (byte)Math.Max(unscaled.ToString(CultureInfo.InvariantCulture).Length, Math.Max(scale, (byte)1));
        return new DuckDBDecimal(decimal.IsNegative(value) ? -unscaled : unscaled, digits, scale);
    }

    /// <exception cref="OverflowException">More digits than a .NET decimal holds.</exception>
    public decimal ToDecimal()
    {
        var unscaled = (BigInteger)Unscaled;
        var scale = Scale;
        while (scale > 28 && (unscaled % 10).IsZero)
        {
            unscaled /= 10;
            scale--;
        }

        if (scale > 28)
        {
            throw new OverflowException($"The decimal {this} has more digits after the point than a .NET decimal holds (28).");
        }

        var magnitude = (UInt128)BigInteger.Abs(unscaled);
        if (magnitude >> 96 != 0)
        {
            throw new OverflowException($"The decimal {this} has more digits than a .NET decimal holds.");
        }

        return new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), unscaled.Sign < 0, scale);
    }

    /// <summary>All digits, a point when the scale is not 0, no exponent.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[DecimalText.MaximumLength];
        var length = DecimalText.Format(Unscaled, Scale, text);
        return System.Text.Encoding.ASCII.GetString(text[..length]);
    }
}
