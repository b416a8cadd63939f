using System.Buffers.Binary;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Copy.Encoding;

internal sealed class BoolEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(5);
        BinaryPrimitives.WriteInt32BigEndian(span, 1);
        span[4] = source.Values<byte>()[row];
    }
}

internal sealed class IntToInt2Encoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var value = source.Values<int>()[row];
        if (value != (short)value)
        {
            throw new HotException(HotErrorKind.Value, $"{value} does not fit smallint, which holds -32768 to 32767");
        }

        var span = buffer.Append(6);
        BinaryPrimitives.WriteInt32BigEndian(span, 2);
        BinaryPrimitives.WriteInt16BigEndian(span[4..], (short)value);
    }
}

internal sealed class IntEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], source.Values<int>()[row]);
    }
}

internal sealed class IntToInt8Encoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], source.Values<int>()[row]);
    }
}

/// <summary>int8, and time, which both sides count in microseconds since midnight.</summary>
internal sealed class LongEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], source.Values<long>()[row]);
    }
}

internal sealed class FloatEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteSingleBigEndian(span[4..], source.Values<float>()[row]);
    }
}

internal sealed class DoubleEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteDoubleBigEndian(span[4..], source.Values<double>()[row]);
    }
}

internal sealed class DateEncoder : ValueEncoder
{
    /// <summary>4714-11-24 BC to 5874897-12-31, counted from 1970.</summary>
    private const int Earliest = -2_440_588;
    private const int Latest = 2_145_042_905;

    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var days = source.Values<int>()[row];
        var span = buffer.Append(8);
        BinaryPrimitives.WriteInt32BigEndian(span, 4);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], days switch
        {
            int.MaxValue => int.MaxValue,
            -int.MaxValue => int.MinValue,
            >= Earliest and <= Latest => days - CopyFormat.EpochDays,
            _ => throw new HotException(HotErrorKind.Value, $"the date {days} days from 1970-01-01 is outside of PostgreSQL's range"),
        });
    }
}

internal sealed class TimestampEncoder : ValueEncoder
{
    /// <summary>4714-11-24 BC 00:00, counted from 1970; the latest is past what 64 bits from 1970 hold.</summary>
    private const long Earliest = -2_440_588L * 86_400_000_000L;

    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var micros = source.Values<long>()[row];
        var span = buffer.Append(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], micros switch
        {
            long.MaxValue => long.MaxValue,
            -long.MaxValue => long.MinValue,
            >= Earliest => micros - CopyFormat.EpochMicros,
            _ => throw new HotException(HotErrorKind.Value, $"the timestamp {micros} us from 1970-01-01 is before PostgreSQL's first, 4714-11-24 BC"),
        });
    }
}

internal sealed class UuidEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var span = buffer.Append(20);
        BinaryPrimitives.WriteInt32BigEndian(span, 16);
        BinaryPrimitives.WriteUInt128BigEndian(span[4..], (UInt128)source.Values<DuckDBUuid>()[row].Value ^ (UInt128.One << 127));
    }
}
