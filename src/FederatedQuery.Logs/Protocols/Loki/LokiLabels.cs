using System.Text;

namespace FederatedQuery.Logs.Protocols.Loki;

/// <summary>Label sets as Prometheus writes them: <c>{name="value", other="value"}</c>, values as strings of Go.</summary>
internal static class LokiLabels
{
    /// <summary>Gives the labels to a stream.</summary>
    /// <returns>False when it is no label set.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, LokiStream stream)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.Length < 2 || text[0] != (byte)'{' || text[^1] != (byte)'}')
        {
            return text.IsEmpty;
        }

        text = text[1..^1].Trim(" \t\r\n"u8);
        while (!text.IsEmpty)
        {
            var equals = text.IndexOf((byte)'=');
            if (equals <= 0 || !TryValue(ref text, equals, out var name, out var value))
            {
                return false;
            }

            stream.Add(name, value);
            text = text.TrimStart(" \t\r\n"u8);
            if (!text.IsEmpty && text[0] != (byte)',')
            {
                return false;
            }

            text = text.IsEmpty ? text : text[1..].TrimStart(" \t\r\n"u8);
        }

        return true;
    }

    private static bool TryValue(ref ReadOnlySpan<byte> text, int equals, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = text[..equals].Trim(" \t\r\n\""u8);
        value = default;
        var rest = text[(equals + 1)..].TrimStart(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] is not ((byte)'"' or (byte)'`'))
        {
            return false;
        }

        var quote = rest[0];
        rest = rest[1..];
        var end = quote == (byte)'`' ? rest.IndexOf(quote) : EndOf(rest);
        if (end < 0)
        {
            return false;
        }

        value = rest[..end];
        text = rest[(end + 1)..];
        if (quote == (byte)'"' && value.Contains((byte)'\\'))
        {
            var plain = new byte[value.Length];
            if (!TryUnescape(value, plain, out var length))
            {
                return false;
            }

            value = plain.AsSpan(0, length);
        }

        return true;
    }

    /// <summary>Where the quote is that no backslash stands before.</summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    return i;
                case (byte)'\\':
                    i++;
                    break;
            }
        }

        return -1;
    }

    /// <summary>Escapes of Go's strings.</summary>
    private static bool TryUnescape(ReadOnlySpan<byte> source, Span<byte> target, out int written)
    {
        written = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != (byte)'\\')
            {
                target[written++] = source[i];
                continue;
            }

            i++;
            switch (i < source.Length ? source[i] : 0)
            {
                case (byte)'x' when TryNumber(source, i + 1, 2, 16, out var value):
                    target[written++] = (byte)value;
                    i += 2;
                    break;
                case (byte)'u' when TryNumber(source, i + 1, 4, 16, out var value) && Rune.TryCreate(value, out var rune):
                    written += rune.EncodeToUtf8(target[written..]);
                    i += 4;
                    break;
                case (byte)'U' when TryNumber(source, i + 1, 8, 16, out var value) && Rune.TryCreate(value, out var rune):
                    written += rune.EncodeToUtf8(target[written..]);
                    i += 8;
                    break;
                case >= (byte)'0' and <= (byte)'3' when TryNumber(source, i, 3, 8, out var value):
                    target[written++] = (byte)value;
                    i += 2;
                    break;
                default:
                    var plain = Simple(i < source.Length ? source[i] : (byte)0);
                    if (plain < 0)
                    {
                        return false;
                    }

                    target[written++] = (byte)plain;
                    break;
            }
        }

        return true;
    }

    private static int Simple(byte escape) => escape switch
    {
        (byte)'a' => 7,
        (byte)'b' => 8,
        (byte)'f' => 12,
        (byte)'n' => 10,
        (byte)'r' => 13,
        (byte)'t' => 9,
        (byte)'v' => 11,
        (byte)'\\' or (byte)'"' or (byte)'\'' => escape,
        _ => -1,
    };

    private static bool TryNumber(ReadOnlySpan<byte> source, int start, int digits, int radix, out int value)
    {
        value = 0;
        if (source.Length - start < digits)
        {
            return false;
        }

        foreach (var digit in source.Slice(start, digits))
        {
            var one = char.IsAsciiHexDigit((char)digit) ? Convert.ToInt32(((char)digit).ToString(), 16) : radix;
            if (one >= radix || value > 0x7FFFFFF)
            {
                return false;
            }

            value = (value * radix) + one;
        }

        return true;
    }
}
