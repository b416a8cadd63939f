using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>OpenTelemetry's values as JSON.</summary>
internal static class OtlpValues
{
    /// <summary>Deeper values are written as null: metadata that is nested so deep is rejected, whatever is in it.</summary>
    private const int MaximumDepth = 100;

    /// <summary>Writes the value of an <c>AnyValue</c>; one that has none is null.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> anyValue, int depth = 0)
    {
        var reader = new ProtobufReader(anyValue);
        if (depth > MaximumDepth || !reader.TryNext())
        {
            output.Write("null"u8);
            return;
        }

        switch (reader.Field)
        {
            case OtlpFields.ValueString:
                JsonText.Write(output, reader.Bytes());
                break;
            case OtlpFields.ValueBool:
                output.Write(reader.UInt64() == 0 ? "false"u8 : "true"u8);
                break;
            case OtlpFields.ValueInt:
                WriteNumber(output, (long)reader.UInt64());
                break;
            case OtlpFields.ValueDouble:
                WriteNumber(output, BitConverter.UInt64BitsToDouble(reader.Fixed64()));
                break;
            case OtlpFields.ValueArray:
                WriteList(output, reader.Bytes(), depth);
                break;
            case OtlpFields.ValueKeyValues:
                output.Write("{"u8);
                WriteMembers(output, reader.Bytes(), OtlpFields.ListValues, isFirst: true, depth);
                output.Write("}"u8);
                break;
            case OtlpFields.ValueBytes:
                output.Write("\""u8);
                WriteBase64(output, reader.Bytes());
                output.Write("\""u8);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    /// <summary>Writes the <c>KeyValue</c>s that are a message's field as members of an object, without its braces.</summary>
    /// <returns>Whether nothing has been written to the object yet.</returns>
    public static bool WriteMembers(IBufferWriter<byte> output, ReadOnlySpan<byte> message, int field, bool isFirst, int depth = 0)
    {
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            if (reader.Field != field)
            {
                reader.Skip();
                continue;
            }

            Split(reader.Bytes(), out var key, out var value);
            output.Write(isFirst ? default : ","u8);
            JsonText.Write(output, key);
            output.Write(":"u8);
            Write(output, value, depth + 1);
            isFirst = false;
        }

        return isFirst;
    }

    public static void Split(ReadOnlySpan<byte> keyValue, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = default;
        value = default;
        var reader = new ProtobufReader(keyValue);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case OtlpFields.KeyValueKey:
                    key = reader.Bytes();
                    break;
                case OtlpFields.KeyValueValue:
                    value = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>The text of an <c>AnyValue</c> that is one.</summary>
    public static bool TryText(ReadOnlySpan<byte> anyValue, out ReadOnlySpan<byte> text)
    {
        var reader = new ProtobufReader(anyValue);
        if (reader.TryNext() && reader is { Field: OtlpFields.ValueString, Type: WireType.Bytes })
        {
            text = reader.Bytes();
            return true;
        }

        text = default;
        return false;
    }

    public static void WriteNumber(IBufferWriter<byte> output, long value)
    {
        value.TryFormat(output.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static void WriteNumber(IBufferWriter<byte> output, double value)
    {
        if (!double.IsFinite(value))
        {
            JsonText.Write(output, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
            return;
        }

        value.TryFormat(output.GetSpan(32), out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private static void WriteList(IBufferWriter<byte> output, ReadOnlySpan<byte> list, int depth)
    {
        output.Write("["u8);
        var isFirst = true;
        var reader = new ProtobufReader(list);
        while (reader.TryNext())
        {
            if (reader.Field != OtlpFields.ListValues)
            {
                reader.Skip();
                continue;
            }

            output.Write(isFirst ? default : ","u8);
            Write(output, reader.Bytes(), depth + 1);
            isFirst = false;
        }

        output.Write("]"u8);
    }

    private static void WriteBase64(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        Base64.EncodeToUtf8(value, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var written);
        output.Advance(written);
    }
}
