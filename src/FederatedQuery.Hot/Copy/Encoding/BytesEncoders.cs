using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Copy.Encoding;

internal sealed class TextEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var text = source.Utf8(row);
        // DuckDB's texts may hold U+0000; the server would refuse it with "invalid byte sequence" and no column.
        if (text.Contains((byte)0))
        {
            throw new HotException(HotErrorKind.Value, "a text holds U+0000, which no text in PostgreSQL can");
        }

        buffer.Int32(text.Length);
        buffer.Bytes(text);
    }
}

internal sealed class JsonbEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var text = source.Utf8(row);
        buffer.Int32(text.Length + 1);
        buffer.Append(1)[0] = CopyFormat.JsonbVersion;
        buffer.Bytes(text);
    }
}

internal sealed class BlobEncoder : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var bytes = source.Utf8(row);
        buffer.Int32(bytes.Length);
        buffer.Bytes(bytes);
    }
}

/// <summary>inet: family (2 or 3), bits of the mask, whether it is a cidr, length of the address (8 bits each), address.</summary>
internal sealed class InetEncoder : ValueEncoder
{
    private const byte Version4 = 2;
    private const byte Version6 = 3;

    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var text = source.String(row);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            throw new HotException(HotErrorKind.Value, $"'{text}' is no inet such as 192.0.2.1 or 2001:db8::1/64");
        }

        var bytes = address.GetAddressBytes();
        var bits = bytes.Length * 8;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) || (bits = Math.Min(asked, bits)) != asked))
        {
            throw new HotException(HotErrorKind.Value, $"'{text}' is no inet such as 192.0.2.1 or 2001:db8::1/64");
        }

        buffer.Int32(4 + bytes.Length);
        buffer.Bytes([address.AddressFamily == AddressFamily.InterNetwork ? Version4 : Version6, (byte)bits, 0, (byte)bytes.Length]);
        buffer.Bytes(bytes);
    }
}
