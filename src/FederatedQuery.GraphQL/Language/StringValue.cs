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
            raw = raw[AppendEscape(builder, in lexer, at)..];
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

    /// <summary>Throws when there is an escape between the two offsets that means nothing.</summary>
    public static void CheckEscapes(ref readonly Utf8Lexer lexer, int start, int end)
    {
        var builder = new StringBuilder();
        while (start < end)
        {
            var escape = lexer.From(start)[..(end - start)].IndexOf((byte)'\\');
            if (escape < 0)
            {
                return;
            }

            start += escape;
            start += AppendEscape(builder.Clear(), in lexer, start);
        }
    }

    /// <summary>Appends the character that the escape at that offset means, and returns the escape's length.</summary>
    private static int AppendEscape(StringBuilder builder, ref readonly Utf8Lexer lexer, int at)
    {
        var source = lexer.From(at);
        var code = source.Length > 1 ? source[1] : (byte)0;
        switch (code)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/': builder.Append((char)code); return 2;
            case (byte)'b': builder.Append('\b'); return 2;
            case (byte)'f': builder.Append('\f'); return 2;
            case (byte)'n': builder.Append('\n'); return 2;
            case (byte)'r': builder.Append('\r'); return 2;
            case (byte)'t': builder.Append('\t'); return 2;
            case (byte)'u': return source.Length > 2 && source[2] == '{' ? AppendVariableWidth(builder, source, in lexer, at) : AppendFixedWidth(builder, source, in lexer, at);
            default:
                lexer.Throw(at, $"Invalid character escape sequence: \"{Start(source, 2)}\".");
                return 0;
        }
    }

    private static int AppendVariableWidth(StringBuilder builder, ReadOnlySpan<byte> source, ref readonly Utf8Lexer lexer, int at)
    {
        var point = 0;
        var size = 3;
        while (size < 12 && size < source.Length)
        {
            var code = source[size++];
            if (code == '}' && size > 4 && Rune.IsValid(point))
            {
                builder.Append(new Rune(point).ToString());
                return size;
            }

            // A point beyond all characters may turn negative.
            if (!char.IsAsciiHexDigit((char)code) || (point = (point << 4) | Convert.ToInt32(((char)code).ToString(), 16)) < 0)
            {
                break;
            }
        }

        lexer.Throw(at, $"Invalid Unicode escape sequence: \"{Start(source, size)}\".");
        return 0;
    }

    private static int AppendFixedWidth(StringBuilder builder, ReadOnlySpan<byte> source, ref readonly Utf8Lexer lexer, int at)
    {
        if (TryParseUnit(source, 2, out var unit))
        {
            if (!char.IsSurrogate(unit))
            {
                builder.Append(unit);
                return 6;
            }

            // A surrogate counts only as the first of a pair (spec section 2.9.4).
            if (char.IsHighSurrogate(unit) && source.Length > 8 && source[6] == '\\' && source[7] == 'u' && TryParseUnit(source, 8, out var low) && char.IsLowSurrogate(low))
            {
                builder.Append(unit).Append(low);
                return 12;
            }
        }

        lexer.Throw(at, $"Invalid Unicode escape sequence: \"{Start(source, 6)}\".");
        return 0;
    }

    private static bool TryParseUnit(ReadOnlySpan<byte> source, int start, out char unit)
    {
        ushort value = 0;
        var fits = source.Length >= start + 4 && ushort.TryParse(source.Slice(start, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        unit = fits ? (char)value : default;
        return fits;
    }

    /// <summary>That many UTF-16 units of the source, but no half of a pair.</summary>
    private static string Start(ReadOnlySpan<byte> source, int units)
    {
        var text = Encoding.UTF8.GetString(source[..Math.Min(source.Length, units * 4)]);
        units = Math.Min(units, text.Length);
        return text[..(units > 0 && char.IsHighSurrogate(text[units - 1]) ? units - 1 : units)];
    }
}
