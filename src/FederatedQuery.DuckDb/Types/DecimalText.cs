using System.Globalization;

namespace FederatedQuery.DuckDb.Types;

/// <summary>The one place that writes unscaled integers as decimal text.</summary>
internal static class DecimalText
{
    /// <summary>Sign, "0.", and 38 digits, with room for Int128's 39.</summary>
    public const int MaximumLength = 48;

    /// <summary>Writes <c>unscaled / 10^scale</c> with exactly <paramref name="scale"/> digits after the point; returns the length.</summary>
    public static int Format(long unscaled, int scale, Span<byte> destination)
    {
        Span<byte> digits = stackalloc byte[20];
        var magnitude = unscaled < 0 ? 0UL - (ulong)unscaled : (ulong)unscaled;
        magnitude.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return Place(unscaled < 0, digits[..length], scale, destination);
    }

    /// <inheritdoc cref="Format(long, int, Span{byte})"/>
    public static int Format(Int128 unscaled, int scale, Span<byte> destination)
    {
        if (unscaled >= long.MinValue && unscaled <= long.MaxValue)
        {
            return Format((long)unscaled, scale, destination);
        }

        Span<byte> digits = stackalloc byte[40];
        var magnitude = unscaled < 0 ? UInt128.Zero - (UInt128)unscaled : (UInt128)unscaled;
        magnitude.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        return Place(unscaled < 0, digits[..length], scale, destination);
    }

    private static int Place(bool negative, ReadOnlySpan<byte> digits, int scale, Span<byte> destination)
    {
        var position = 0;
        if (negative)
        {
            destination[position++] = (byte)'-';
        }

        if (scale == 0)
        {
            digits.CopyTo(destination[position..]);
            return position + digits.Length;
        }

        var whole = digits.Length - scale;
        if (whole > 0)
        {
            digits[..whole].CopyTo(destination[position..]);
            position += whole;
            destination[position++] = (byte)'.';
            digits[whole..].CopyTo(destination[position..]);
            return position + scale;
        }

        destination[position++] = (byte)'0';
        destination[position++] = (byte)'.';
        destination.Slice(position, -whole).Fill((byte)'0');
        digits.CopyTo(destination[(position - whole)..]);
        return position + scale;
    }
}
