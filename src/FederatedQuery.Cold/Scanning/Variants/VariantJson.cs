using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedQuery.Iceberg;

namespace FederatedQuery.Cold.Scanning.Variants;

/// <summary>
/// Variants (Parquet: Variant Binary Encoding, version 1) as JSON. What JSON has no form for is a string: binary in Base64, dates and times as ISO has them
/// with a space between, NaN and the infinities by name.
/// </summary>
internal static class VariantJson
{
    private const int Version = 1;
    private const int MaxDepth = 500;

    // Values may share their bytes, so a small variant can stand for a huge text.
    private const int MaxJsonBytes = 256 << 20;
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxDepth + 1 };

    /// <summary>Writes one variant.</summary>
    /// <exception cref="IcebergException">InvalidFile: the bytes are no variant.</exception>
    public static void Write(ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> output)
    {
        var names = new VariantNames(metadata, Version);
        using var writer = new Utf8JsonWriter(output, Options);
        WriteValue(writer, output, names, value, 0);
        writer.Flush();
    }

    private static void WriteValue(Utf8JsonWriter writer, ArrayBufferWriter<byte> output, VariantNames names, ReadOnlySpan<byte> value, int depth)
    {
        if (depth > MaxDepth || output.WrittenCount + writer.BytesPending > MaxJsonBytes)
        {
            throw Broken(depth > MaxDepth ? $"is nested more than {MaxDepth} levels deep" : $"makes more than {MaxJsonBytes} bytes of JSON");
        }

        var header = VariantBytes.Slice(value, 0, 1, "header")[0];
        switch (header & 3)
        {
            case 0:
                WritePrimitive(writer, header >> 2, value[1..]);
                break;
            case 1:
                writer.WriteStringValue(VariantBytes.Slice(value, 1, header >> 2, "short string"));
                break;
            case 2:
                WriteObject(writer, output, names, value, depth);
                break;
            default:
                WriteArray(writer, output, names, value, depth);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, ArrayBufferWriter<byte> output, VariantNames names, ReadOnlySpan<byte> value, int depth)
    {
        var header = value[0] >> 2;
        var (offsetSize, idSize, countSize) = ((header & 3) + 1, ((header >> 2) & 3) + 1, (header & 16) != 0 ? 4 : 1);
        var count = VariantBytes.Count(value, 1, countSize);
        var ids = 1 + countSize;
        var offsets = ids + ((long)count * idSize);
        var values = offsets + ((count + 1L) * offsetSize);
        VariantBytes.Slice(value, 0, values, "object");
        writer.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            writer.WritePropertyName(names[VariantBytes.Count(value, ids + (i * idSize), idSize)]);
            WriteValue(writer, output, names, VariantBytes.From(value, values + VariantBytes.Count(value, (int)offsets + (i * offsetSize), offsetSize)), depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, ArrayBufferWriter<byte> output, VariantNames names, ReadOnlySpan<byte> value, int depth)
    {
        var header = value[0] >> 2;
        var (offsetSize, countSize) = ((header & 3) + 1, (header & 4) != 0 ? 4 : 1);
        var count = VariantBytes.Count(value, 1, countSize);
        var offsets = 1 + countSize;
        var values = offsets + ((count + 1L) * offsetSize);
        VariantBytes.Slice(value, 0, values, "array");
        writer.WriteStartArray();
        for (var i = 0; i < count; i++)
        {
            WriteValue(writer, output, names, VariantBytes.From(value, values + VariantBytes.Count(value, offsets + (i * offsetSize), offsetSize)), depth + 1);
        }

        writer.WriteEndArray();
    }

    private static void WritePrimitive(Utf8JsonWriter writer, int type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case 0:
                writer.WriteNullValue();
                break;
            case 1 or 2:
                writer.WriteBooleanValue(type == 1);
                break;
            case 3:
                writer.WriteNumberValue((sbyte)Fixed(bytes, 1)[0]);
                break;
            case 4:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(Fixed(bytes, 2)));
                break;
            case 5:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(Fixed(bytes, 4)));
                break;
            case 6:
                writer.WriteNumberValue(Long(bytes));
                break;
            case 7:
                WriteDouble(writer, BinaryPrimitives.ReadDoubleLittleEndian(Fixed(bytes, 8)));
                break;
            case 8:
                WriteDecimal(writer, Fixed(bytes, 5)[0], BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]));
                break;
            case 9:
                WriteDecimal(writer, Fixed(bytes, 9)[0], BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]));
                break;
            case 10:
                WriteDecimal(writer, Fixed(bytes, 17)[0], BinaryPrimitives.ReadInt128LittleEndian(bytes[1..]));
                break;
            case 11:
                writer.WriteStringValue(Date(BinaryPrimitives.ReadInt32LittleEndian(Fixed(bytes, 4))));
                break;
            case 12 or 13:
                writer.WriteStringValue(Timestamp(Math.DivRem(Long(bytes), 1_000_000), 1000) + (type == 12 ? "+00:00" : ""));
                break;
            case 14:
                WriteFloat(writer, BinaryPrimitives.ReadSingleLittleEndian(Fixed(bytes, 4)));
                break;
            case 15:
                writer.WriteBase64StringValue(Sized(bytes));
                break;
            case 16:
                writer.WriteStringValue(Sized(bytes));
                break;
            case 17:
                writer.WriteStringValue(Time(Long(bytes)));
                break;
            case 18 or 19:
                writer.WriteStringValue(Timestamp(Math.DivRem(Long(bytes), 1_000_000_000), 1) + (type == 18 ? "+00:00" : ""));
                break;
            case 20:
                writer.WriteStringValue(new Guid(Fixed(bytes, 16), bigEndian: true));
                break;
            default:
                throw Broken($"has a value of the primitive type {type}; 0 to 20 are known");
        }
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteFloat(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>With all digits of the scale, as SQL has it.</summary>
    private static void WriteDecimal(Utf8JsonWriter writer, byte scale, Int128 unscaled)
    {
        if (scale > 38)
        {
            throw Broken($"has a decimal of scale {scale}; 38 is the highest");
        }

        var digits = (unscaled < 0 ? -(System.Numerics.BigInteger)unscaled : unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var text = scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}";
        writer.WriteRawValue(unscaled < 0 ? "-" + text : text, skipInputValidation: true);
    }

    private static string Date(int days) => InRange((long)days * TimeSpan.TicksPerDay).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(long micros) => micros is >= 0 and < 86_400_000_000
        ? new TimeOnly(micros * TicksPerMicrosecond).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)
        : throw Broken($"has a time of {micros} microseconds, which is not within a day");

    private static string Timestamp((long Seconds, long Remainder) parts, int nanosecondsPerUnit)
    {
        // The rest of a division has the sign of what was divided; before 1970 that would count backwards.
        var (seconds, rest) = parts.Remainder < 0 ? (parts.Seconds - 1, parts.Remainder + (1_000_000_000 / nanosecondsPerUnit)) : parts;
        var whole = InRange(Math.Abs(seconds) < long.MaxValue / TimeSpan.TicksPerSecond ? seconds * TimeSpan.TicksPerSecond : long.MaxValue);
        return string.Create(CultureInfo.InvariantCulture, $"{whole:yyyy-MM-dd HH:mm:ss}.{rest * nanosecondsPerUnit:D9}");
    }

    private static DateTime InRange(long ticksFromEpoch) =>
        ticksFromEpoch >= DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks && ticksFromEpoch <= DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks
            ? DateTime.UnixEpoch.AddTicks(ticksFromEpoch)
            : throw Broken("has a date outside of the years 1 to 9999");

    private static long Long(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(Fixed(bytes, 8));

    private static ReadOnlySpan<byte> Fixed(ReadOnlySpan<byte> bytes, int count) => VariantBytes.Slice(bytes, 0, count, "value");

    private static ReadOnlySpan<byte> Sized(ReadOnlySpan<byte> bytes) => VariantBytes.Slice(bytes, 4, VariantBytes.Count(bytes, 0, 4), "value");

    private static IcebergException Broken(string problem) => VariantBytes.Broken(problem);
}
