using System.Buffers.Binary;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Copy.Decoding;

/// <summary>
/// numeric: number of digits, weight of the first, sign, scale shown (16 bits each), then digits to the base 10,000. Read exactly, or refused.
/// </summary>
internal sealed class NumericDecoder(DuckDBLogicalType target) : ValueDecoder
{
    private const int HeaderLength = 8;

    private readonly int _scale = target.Scale;
    private readonly Int128 _limit = PowersOfTen.Get(target.Width);
    private readonly DuckDBType _physical = target.PhysicalType;

    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length < HeaderLength)
        {
            CopyFormat.ThrowLength("numeric", value.Length);
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(value);
        int weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        if (sign is not (CopyFormat.NumericPositive or CopyFormat.NumericNegative))
        {
            ThrowNotFinite(sign);
        }

        if (value.Length != HeaderLength + (count * 2))
        {
            CopyFormat.ThrowLength("numeric", value.Length);
        }

        var digits = value[HeaderLength..];
        Int128 magnitude;
        // Up to four digits, and no more places than 18 in all, stay within 64 bits: most values, at a third of the time.
        if (count <= 4 && (weight + 1) * CopyFormat.NumericDigits + _scale <= 18)
        {
            magnitude = Small(digits, weight);
        }
        else
        {
            magnitude = Large(digits, weight);
        }

        if (magnitude >= _limit)
        {
            ThrowDoesNotFit();
        }

        var unscaled = sign == CopyFormat.NumericNegative ? -magnitude : magnitude;
        switch (_physical)
        {
            case DuckDBType.SmallInt:
                target.Values<short>()[row] = (short)unscaled;
                break;
            case DuckDBType.Integer:
                target.Values<int>()[row] = (int)unscaled;
                break;
            case DuckDBType.BigInt:
                target.Values<long>()[row] = (long)unscaled;
                break;
            default:
                target.Values<Int128>()[row] = unscaled;
                break;
        }
    }

    private long Small(ReadOnlySpan<byte> digits, int weight)
    {
        long magnitude = 0;
        var place = (weight * CopyFormat.NumericDigits) + _scale;
        for (; digits.Length > 0; digits = digits[2..], place -= CopyFormat.NumericDigits)
        {
            var digit = BinaryPrimitives.ReadUInt16BigEndian(digits);
            if (place >= 0)
            {
                magnitude = (magnitude * CopyFormat.NumericBase) + digit;
            }
            else
            {
                var (times, part) = Last(digit, place);
                magnitude = (magnitude * times) + part;
            }
        }

        var zeros = place + CopyFormat.NumericDigits;
        return zeros > 0 ? magnitude * (long)PowersOfTen.Get(zeros) : magnitude;
    }

    private Int128 Large(ReadOnlySpan<byte> digits, int weight)
    {
        try
        {
            Int128 magnitude = 0;
            var place = (weight * CopyFormat.NumericDigits) + _scale;
            for (; digits.Length > 0; digits = digits[2..], place -= CopyFormat.NumericDigits)
            {
                var digit = BinaryPrimitives.ReadUInt16BigEndian(digits);
                if (place >= 0)
                {
                    magnitude = checked((magnitude * CopyFormat.NumericBase) + digit);
                }
                else
                {
                    var (times, part) = Last(digit, place);
                    magnitude = checked((magnitude * times) + part);
                }
            }

            var zeros = place + CopyFormat.NumericDigits;
            if (zeros > DecimalWidth && magnitude != 0)
            {
                ThrowDoesNotFit();
            }

            return zeros > 0 && magnitude != 0 ? checked(magnitude * PowersOfTen.Get(zeros)) : magnitude;
        }
        catch (OverflowException)
        {
            ThrowDoesNotFit();
            return 0;
        }
    }

    private const int DecimalWidth = DuckDBDecimal.MaximumWidth;

    /// <summary>A digit that lies across or behind the last place: its part before that, and how far that moves what came before.</summary>
    private (int Times, int Part) Last(int digit, int place)
    {
        if (place <= -CopyFormat.NumericDigits)
        {
            if (digit != 0)
            {
                ThrowDoesNotFit();
            }

            return (1, 0);
        }

        var behind = (int)PowersOfTen.Get(-place);
        if (digit % behind != 0)
        {
            ThrowDoesNotFit();
        }

        return (CopyFormat.NumericBase / behind, digit / behind);
    }

    private void ThrowDoesNotFit() => throw new HotException(
        HotErrorKind.Value,
        $"a number does not fit {target}: it has more than {target.Width - _scale} digits before the point or more than {_scale} after it");

    private void ThrowNotFinite(ushort sign) => throw (sign switch
    {
        CopyFormat.NumericNaN => new HotException(HotErrorKind.Value, $"NaN does not fit {target}"),
        CopyFormat.NumericInfinity => new HotException(HotErrorKind.Value, $"Infinity does not fit {target}"),
        CopyFormat.NumericNegativeInfinity => new HotException(HotErrorKind.Value, $"-Infinity does not fit {target}"),
        _ => new HotException(HotErrorKind.Protocol, $"A numeric with the sign {sign:X4} came in a binary COPY."),
    });
}
