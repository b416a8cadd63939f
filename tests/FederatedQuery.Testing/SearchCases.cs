using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Testing;

/// <summary>Texts in many scripts, and searches in them that find something now and then.</summary>
public static class SearchCases
{
    private static readonly string[] Words =
    [
        "a", "b", "ab", "Ab", "error", "Error", "ERROR", "err", "_x", "x_1", "10", "0", "user", "größe", "GRÖSSE", "Größe", "ß", "\u1E9E", "привет", "ПРИВЕТ", "при", "σίσυφος", "ΣΊΣΥΦΟΣ",
        "日本", "日本語", "本", "한국어", "مرحبا", "नमस्ते", "สวัสดี", "\U00010428a", "\U00010400A", "\u212Aelvin", "kelvin", "Kelvin", "\u017Fs", "ss", "i", "I", "\u0131", "\u0130", "e\u0301", "é", "É", "ǅ", "ǆ",
        "\u2C65", "\u023A", "x", "y1", "naïve", "NAÏVE", "na", "ve",
    ];

    private static readonly string[] Separators =
    [
        " ", " ", " ", "  ", "-", ".", ":", "/", "\t", "\n", "\r\n", "'", "\\", "%", "*", "^", "$", "[", "]", "(", "|", "\u00A0", "\u2013", "\u2026", "\u3002", "\u3000", "\u060C", "\u0964", "\uFF01", "\U0001F600", "\u200B", "\u0001", "\u0085", "\uFEFF",
    ];

    private static Gen<string> Word => Gen.Frequency((8, Gen.Elements(Words)), (1, RandomText));

    private static Gen<string> RandomText =>
        from length in Gen.Choose(1, 4)
        from codePoints in Gen.OneOf(Gen.Choose(1, 0x7F), Gen.Choose(0x80, 0x2FF), Gen.Choose(0x300, 0x30FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x1FFFF), Gen.Choose(0x20000, 0x10FFFF))
            .ArrayOf(length)
        select string.Concat(codePoints.Select(codePoint => new Rune(codePoint).ToString()));

    /// <summary>A text without U+0000.</summary>
    public static Gen<string> Text =>
        from count in Gen.Choose(0, 6)
        from words in Word.ArrayOf(count)
        from separators in Gen.Frequency((6, Gen.Elements(Separators)), (1, Gen.Constant(""))).ArrayOf(count + 1)
        select string.Concat(words.Select((word, i) => separators[i] + word)) + separators[count];

    /// <summary>A search that can be read.</summary>
    public static Gen<string> Search =>
        from count in Gen.Frequency((6, Gen.Constant(1)), (3, Gen.Constant(2)), (1, Gen.Constant(3)))
        from parts in Part.ArrayOf(count)
        select string.Join(" ", parts);

    private static Gen<string> Part =>
        from text in Gen.OneOf(Word, Word, Phrase)
        from isExcluded in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isPrefix in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isQuoted in Gen.Elements(true, false)
        select (isExcluded ? "-" : "")
            + (isQuoted ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : text.Replace('"', '.'))
            + (isPrefix ? "*" : "");

    private static Gen<string> Phrase =>
        from first in Word from separator in Gen.Elements(Separators) from second in Word select first + separator + second;
}
