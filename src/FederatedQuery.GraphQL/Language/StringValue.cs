using System.Globalization;
using System.Text;

namespace FederatedQuery.GraphQL.Language;

/// <summary>The semantics of string values: escapes (spec section 2.9.4) and the algorithm BlockStringValue().</summary>
internal static class StringValue
{
    /// <summary>Decodes what stands between the quotes of a string token.</summary>
    public static string Decode(ref readonly Utf8Lexer lexer)
    {
        var raw = lexer.Value;
        if (!lexer.HasEscapes)
        {
            return Encoding.UTF8.GetString(raw);
        }

        var builder = new StringBuilder(raw.Length);
        while (!raw.IsEmpty)
        {
            var escape = raw.IndexOf((byte)'\\');
            if (escape < 0)
            {
                builder.Append(Encoding.UTF8.GetString(raw));
                break;
            }

            builder.Append(Encoding.UTF8.GetString(raw[..escape]));
            raw = raw[escape..];
            var at = lexer.End - 1 - raw.Length;
            raw = raw[AppendEscape(builder, raw, in lexer, at)..];
        }

        return builder.ToString();
    }

    /// <summary>Common indentation and blank first and last lines are taken off; <c>\"""</c> is three quotes.</summary>
    public static string DecodeBlock(ref readonly Utf8Lexer lexer)
    {
        var text = Encoding.UTF8.GetString(lexer.Value);
        if (lexer.HasEscapes)
        {
            text = text.Replace("\\\"\"\"", "\"\"\"", StringComparison.Ordinal);
        }

        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var commonIndent = int.MaxValue;
        for (var i = 1; i < lines.Length; i++)
        {
            var indent = IndentOf(lines[i]);
            if (indent < lines[i].Length)
            {
                commonIndent = Math.Min(commonIndent, indent);
            }
        }

        var first = 0;
        while (first < lines.Length && IndentOf(lines[first]) == lines[first].Length)
        {
            first++;
        }

        var last = lines.Length;
        while (last > first && IndentOf(lines[last - 1]) == lines[last - 1].Length)
        {
            last--;
        }

        for (var i = Math.Max(first, 1); i < last; i++)
        {
            lines[i] = commonIndent == int.MaxValue ? lines[i] : lines[i][Math.Min(commonIndent, lines[i].Length)..];
        }

        return string.Join('\n', lines[first..last]);
    }

    private static int IndentOf(string line)
    {
        var indent = 0;
        while (indent < line.Length && line[indent] is ' ' or '\t')
        {
            indent++;
        }

        return indent;
    }

    /// <summary>Appends the character that the escape at the start of <paramref name="raw"/> means, and returns the escape's length.</summary>
    private static int AppendEscape(StringBuilder builder, ReadOnlySpan<byte> raw, ref readonly Utf8Lexer lexer, int at)
    {
        var code = raw.Length > 1 ? raw[1] : (byte)0;
        switch (code)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/': builder.Append((char)code); return 2;
            case (byte)'b': builder.Append('\b'); return 2;
            case (byte)'f': builder.Append('\f'); return 2;
            case (byte)'n': builder.Append('\n'); return 2;
            case (byte)'r': builder.Append('\r'); return 2;
            case (byte)'t': builder.Append('\t'); return 2;
            case (byte)'u': return AppendUnicodeEscape(builder, raw, in lexer, at);
            default:
                Rune.DecodeFromUtf8(raw[1..], out var rune, out _);
                lexer.Throw(at, $"Invalid character escape sequence: \"\\{rune}\".");
                return 0;
        }
    }

    private static int AppendUnicodeEscape(StringBuilder builder, ReadOnlySpan<byte> raw, ref readonly Utf8Lexer lexer, int at)
    {
        if (raw.Length > 2 && raw[2] == '{')
        {
            var close = raw.IndexOf((byte)'}');
            if (close is > 3 and <= 12 && TryParseHex(raw[3..close], out var value) && Rune.IsValid(value))
            {
                builder.Append(new Rune(value).ToString());
                return close + 1;
            }
        }
        else if (raw.Length >= 6 && TryParseHex(raw[2..6], out var unit))
        {
            if (Rune.IsValid(unit))
            {
                builder.Append((char)unit);
                return 6;
            }

            // A surrogate counts only as the first of a pair (spec section 2.9.4).
            if (char.IsHighSurrogate((char)unit) && raw.Length >= 12 && raw[6] == '\\' && raw[7] == 'u'
                && TryParseHex(raw[8..12], out var low) && char.IsLowSurrogate((char)low))
            {
                builder.Append((char)unit).Append((char)low);
                return 12;
            }
        }

        var shown = Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, raw.Length > 2 && raw[2] == '{' ? Math.Max(raw.IndexOf((byte)'}') + 1, 3) : 6)]);
        lexer.Throw(at, $"Invalid Unicode escape sequence: \"{shown}\".");
        return 0;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var parsed)
            && parsed <= 0x10FFFF
            && (value = (int)parsed) >= 0;
    }
}
