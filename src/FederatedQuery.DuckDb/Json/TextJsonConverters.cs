using System.Globalization;
using System.Numerics;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb.Json;

internal sealed class VarcharJsonConverter : JsonConverter
{
    protected override void WriteValid(JsonOutput output, int row) => output.String(Vector.Utf8(row));
}

/// <summary>JSON text as it is; line breaks between its tokens become spaces, because a row may have to stay on one line.</summary>
internal sealed class RawJsonConverter : JsonConverter
{
    protected override void WriteValid(JsonOutput output, int row)
    {
        var json = Vector.Utf8(row);
        var room = output.Room(json.Length)[..json.Length];
        json.CopyTo(room);
        room.Replace((byte)'\n', (byte)' ');
        room.Replace((byte)'\r', (byte)' ');
        output.Advance(json.Length);
    }
}

/// <summary>BLOB and GEOMETRY (its bytes) as base64.</summary>
internal sealed class BlobJsonConverter : JsonConverter
{
    protected override void WriteValid(JsonOutput output, int row) => output.Base64(Vector.Utf8(row));
}

/// <summary>BIT as a string of 0 and 1: the first byte says how many bits of the second are padding.</summary>
internal sealed class BitJsonConverter : JsonConverter
{
    protected override void WriteValid(JsonOutput output, int row)
    {
        var bytes = Vector.Utf8(row);
        var padding = bytes[0];
        output.Byte((byte)'"');
        for (var bit = (int)padding; bit < (bytes.Length - 1) * 8; bit++)
        {
            output.Byte((bytes[1 + (bit / 8)] & (0x80 >> (bit % 8))) != 0 ? (byte)'1' : (byte)'0');
        }

        output.Byte((byte)'"');
    }
}

/// <summary>BIGNUM as a number: three bytes of header (top bit set when not negative), then the magnitude, big-endian; all bits inverted when negative.</summary>
internal sealed class BigNumJsonConverter : JsonConverter
{
    private const int HeaderLength = 3;

    protected override void WriteValid(JsonOutput output, int row)
    {
        var bytes = Vector.Utf8(row);
        var negative = (bytes[0] & 0x80) == 0;
        var magnitude = bytes[HeaderLength..].ToArray();
        if (negative)
        {
            for (var i = 0; i < magnitude.Length; i++)
            {
                magnitude[i] = (byte)~magnitude[i];
            }
        }

        var number = new BigInteger(magnitude, isUnsigned: true, isBigEndian: true);
        output.Raw(System.Text.Encoding.ASCII.GetBytes((negative ? -number : number).ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>ENUM as a string; the dictionary is escaped once.</summary>
internal sealed class EnumJsonConverter(DuckDBLogicalType type) : JsonConverter
{
    private readonly byte[][] _texts = [.. type.EnumValues.Select(JsonText.Quote)];

    protected override void WriteValid(JsonOutput output, int row) => output.Raw(_texts[Vector.EnumIndex(row)]);
}

/// <summary>The type of a column whose values are all null.</summary>
internal sealed class NullJsonConverter : JsonConverter
{
    protected override void WriteValid(JsonOutput output, int row) => output.Raw("null"u8);
}

/// <summary>Strings known before any row is.</summary>
internal static class JsonText
{
    public static byte[] Quote(string text)
    {
        using var output = new JsonOutput();
        output.String(System.Text.Encoding.UTF8.GetBytes(text));
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        output.FlushTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
