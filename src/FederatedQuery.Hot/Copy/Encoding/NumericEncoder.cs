using System.Buffers.Binary;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Copy.Encoding;

/// <summary>DECIMAL of any width as numeric; see <see cref="Decoding.NumericDecoder"/> for the format.</summary>
internal sealed class NumericEncoder(int scale) : ValueEncoder
{
    private const int HeaderLength = 8;

    /// <summary>38 digits lie across at most eleven digits to the base 10,000.</summary>
    private const int MostDigits = 11;

    private readonly int _fractionDigits = (scale + CopyFormat.NumericDigits - 1) / CopyFormat.NumericDigits;

    /// <summary>Decimal digits in the last base-10,000 digit, 1 to 4, or 0 when there is no fraction; and what fills it up.</summary>
    private readonly int _lastUnit = scale % CopyFormat.NumericDigits == 0 ? 1 : (int)PowersOfTen.Get(scale % CopyFormat.NumericDigits);

    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var unscaled = source.Unscaled(row);
        var isNegative = Int128.IsNegative(unscaled);
        var magnitude = (UInt128)(isNegative ? -unscaled : unscaled);

        // Least significant first.
        Span<short> digits = stackalloc short[MostDigits];
        var count = 0;
        if (_lastUnit > 1)
        {
            digits[count++] = (short)((int)(magnitude % (uint)_lastUnit) * (CopyFormat.NumericBase / _lastUnit));
            magnitude /= (uint)_lastUnit;
        }

        while (magnitude > ulong.MaxValue)
        {
            digits[count++] = (short)(int)(magnitude % CopyFormat.NumericBase);
            magnitude /= CopyFormat.NumericBase;
        }

        for (var rest = (ulong)magnitude; rest != 0; rest /= CopyFormat.NumericBase)
        {
            digits[count++] = (short)(rest % CopyFormat.NumericBase);
        }

        var trailingZeros = 0;
        while (trailingZeros < count && digits[trailingZeros] == 0)
        {
            trailingZeros++;
        }

        while (count > trailingZeros && digits[count - 1] == 0)
        {
            count--;
        }

        var sent = count - trailingZeros;
        var span = buffer.Append(4 + HeaderLength + (sent * 2));
        BinaryPrimitives.WriteInt32BigEndian(span, HeaderLength + (sent * 2));
        BinaryPrimitives.WriteInt16BigEndian(span[4..], (short)sent);
        BinaryPrimitives.WriteInt16BigEndian(span[6..], (short)(sent == 0 ? 0 : count - _fractionDigits - 1));
        BinaryPrimitives.WriteUInt16BigEndian(span[8..], isNegative ? CopyFormat.NumericNegative : CopyFormat.NumericPositive);
        BinaryPrimitives.WriteInt16BigEndian(span[10..], (short)scale);
        for (var i = 0; i < sent; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(span[(12 + (i * 2))..], digits[count - 1 - i]);
        }
    }
}
