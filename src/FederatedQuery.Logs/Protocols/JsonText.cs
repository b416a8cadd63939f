using System.Buffers;
using System.Text;

namespace FederatedQuery.Logs.Protocols;

/// <summary>
/// JSON strings as bytes. <c>Utf8JsonReader</c> and <c>Utf8JsonWriter</c> throw on each string that is no text, which a client could have them do
/// for every few bytes it sends; bytes that are not UTF-8 go through here and are found where the record is checked.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Undoes the escapes of a string that a JSON reader has let through.</summary>
    /// <param name="source">What is between the quotes.</param>
    /// <param name="target">At least as long as <paramref name="source"/>.</param>
    /// <returns>False when an escape is half of a surrogate pair: no text has that.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> source, Span<byte> target, out int written)
    {
        written = 0;
        while (true)
        {
            var plain = source.IndexOf((byte)'\\');
            if (plain < 0)
            {
                source.CopyTo(target[written..]);
                written += source.Length;
                return true;
            }

            source[..plain].CopyTo(target[written..]);
            written += plain;
            var escape = source[plain + 1];
            source = source[(plain + 2)..];
            if (escape != (byte)'u')
            {
                target[written++] = escape switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'t' => (byte)'\t',
                    (byte)'r' => (byte)'\r',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    _ => escape,
                };
                continue;
            }

            int unit = Unit(source);
            source = source[4..];
            if (char.IsSurrogate((char)unit))
            {
                if (!char.IsHighSurrogate((char)unit) || source.Length < 6 || source[0] != (byte)'\\' || source[1] != (byte)'u'
                    || Unit(source[2..]) is var low && !char.IsLowSurrogate((char)low))
                {
                    return false;
                }

                unit = char.ConvertToUtf32((char)unit, (char)Unit(source[2..]));
                source = source[6..];
            }

            written += new Rune(unit).EncodeToUtf8(target[written..]);
        }
    }

    /// <summary>Writes a string with its quotes.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        output.Write("\""u8);
        while (true)
        {
            var plain = text.IndexOfAny(Escaped);
            if (plain < 0)
            {
                output.Write(text);
                break;
            }

            output.Write(text[..plain]);
            WriteEscape(output, text[plain]);
            text = text[(plain + 1)..];
        }

        output.Write("\""u8);
    }

    private static void WriteEscape(IBufferWriter<byte> output, byte value)
    {
        switch (value)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.Write([Digit(value >> 4), Digit(value & 15)]);
                break;
        }
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private static int Unit(ReadOnlySpan<byte> digits)
    {
        var unit = 0;
        foreach (var digit in digits[..4])
        {
            unit = (unit << 4) | HexValue(digit);
        }

        return unit;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
