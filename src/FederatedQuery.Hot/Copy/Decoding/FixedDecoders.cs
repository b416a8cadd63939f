using System.Buffers.Binary;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Copy.Decoding;

internal sealed class BoolDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 1)
        {
            CopyFormat.ThrowLength("bool", value.Length);
        }

        target.Values<byte>()[row] = value[0];
    }
}

internal sealed class Int2Decoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 2)
        {
            CopyFormat.ThrowLength("int2", value.Length);
        }

        target.Values<int>()[row] = BinaryPrimitives.ReadInt16BigEndian(value);
    }
}

internal sealed class Int4Decoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
        {
            CopyFormat.ThrowLength("int4", value.Length);
        }

        target.Values<int>()[row] = BinaryPrimitives.ReadInt32BigEndian(value);
    }
}

/// <summary>For a table whose cold column was promoted from int to long (Iceberg: Schema Evolution).</summary>
internal sealed class Int4ToLongDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
        {
            CopyFormat.ThrowLength("int4", value.Length);
        }

        target.Values<long>()[row] = BinaryPrimitives.ReadInt32BigEndian(value);
    }
}

/// <summary>int8, and time, which both sides count in microseconds since midnight.</summary>
internal sealed class Int8Decoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 8)
        {
            CopyFormat.ThrowLength("int8", value.Length);
        }

        target.Values<long>()[row] = BinaryPrimitives.ReadInt64BigEndian(value);
    }
}

internal sealed class Float4Decoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
        {
            CopyFormat.ThrowLength("float4", value.Length);
        }

        target.Values<float>()[row] = BinaryPrimitives.ReadSingleBigEndian(value);
    }
}

/// <summary>For a table whose cold column was promoted from float to double (Iceberg: Schema Evolution).</summary>
internal sealed class Float4ToDoubleDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
        {
            CopyFormat.ThrowLength("float4", value.Length);
        }

        target.Values<double>()[row] = BinaryPrimitives.ReadSingleBigEndian(value);
    }
}

internal sealed class Float8Decoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 8)
        {
            CopyFormat.ThrowLength("float8", value.Length);
        }

        target.Values<double>()[row] = BinaryPrimitives.ReadDoubleBigEndian(value);
    }
}

/// <summary>Days; PostgreSQL's infinities are int's largest and smallest, DuckDB's its largest and the negative of that.</summary>
internal sealed class DateDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
        {
            CopyFormat.ThrowLength("date", value.Length);
        }

        var days = BinaryPrimitives.ReadInt32BigEndian(value);
        target.Values<int>()[row] = days switch
        {
            int.MaxValue => int.MaxValue,
            int.MinValue => -int.MaxValue,
            _ => checked(days + CopyFormat.EpochDays),
        };
    }
}

/// <summary>Microseconds, infinities as of <see cref="DateDecoder"/>.</summary>
internal sealed class TimestampDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 8)
        {
            CopyFormat.ThrowLength("timestamp", value.Length);
        }

        var micros = BinaryPrimitives.ReadInt64BigEndian(value);
        target.Values<long>()[row] = micros switch
        {
            long.MaxValue => long.MaxValue,
            long.MinValue => -long.MaxValue,
            // The last years of PostgreSQL's range (294276) are past what microseconds since 1970 hold.
            >= long.MaxValue - CopyFormat.EpochMicros => throw new HotException(
                HotErrorKind.Value, "a timestamp after the year 294246 does not fit 64 bits of microseconds since 1970"),
            _ => micros + CopyFormat.EpochMicros,
        };
    }
}

internal sealed class UuidDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length != 16)
        {
            CopyFormat.ThrowLength("uuid", value.Length);
        }

        // DuckDB flips the top bit, so that the signed order is the text's order.
        target.Values<DuckDBUuid>()[row] = new DuckDBUuid((Int128)(BinaryPrimitives.ReadUInt128BigEndian(value) ^ (UInt128.One << 127)));
    }
}
