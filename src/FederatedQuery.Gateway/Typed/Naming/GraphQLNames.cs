using System.Globalization;
using System.Text;

namespace FederatedQuery.Gateway.Typed.Naming;

/// <summary>Names of tables and columns as names of GraphQL: docs/typed-tables.md has the rule.</summary>
internal static class GraphQLNames
{
    /// <summary>Of what has no letter or digit.</summary>
    private const string Unnamed = "unnamed";

    private const int FirstLatin = 'À';

    /// <summary>The letters from À to ſ in ASCII. The runtime's own decomposition needs data that servers go without.</summary>
    private static readonly string[] Latin =
        ("A A A A A A AE C E E E E I I I I D N O O O O O . O U U U U Y TH ss a a a a a a ae c e e e e i i i i d n o o o o o . o u u u u y th y "
        + "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h I i I i I i I i I i IJ ij J j K k k L l L l L l L l L l N n N n N n n "
        + "N n O o O o O o OE oe R r R r R r S s S s S s S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s").Split(' ');

    /// <summary>As fields are named: <c>customer_id</c> is <c>customerId</c>.</summary>
    public static string Field(params IEnumerable<string> words) => Join(words, (word, index) => index == 0 ? word.ToLowerInvariant() : Capital(word));

    /// <summary>As types are named: <c>order_lines</c> is <c>OrderLines</c>.</summary>
    public static string Type(params IEnumerable<string> words) => Join(words, (word, _) => Capital(word));

    /// <summary>
    /// The words of a name, of ASCII letters and digits alone. Words end at other characters and before capitals; accents are taken off, and letters that
    /// have no ASCII form are <c>u</c> and their code point.
    /// </summary>
    public static IReadOnlyList<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var plain = Plain(name);
        for (var i = 0; i < plain.Length; i++)
        {
            var character = plain[i];
            if (!char.IsAsciiLetterOrDigit(character))
            {
                End();
                continue;
            }

            if (char.IsAsciiLetterUpper(character) && word.Length > 0 && BeginsWord(plain, i))
            {
                End();
            }

            word.Append(character);
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>A capital after a small letter or digit, or the last of several that a small letter follows: <c>HTTPServer</c>.</summary>
    private static bool BeginsWord(string text, int index) =>
        !char.IsAsciiLetterUpper(text[index - 1]) || (index + 1 < text.Length && char.IsAsciiLetterLower(text[index + 1]));

    private static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                plain.Append((char)rune.Value);
            }
            else if (rune.Value - FirstLatin is >= 0 and var place && place < Latin.Length)
            {
                plain.Append(Latin[place]);
            }
            else if (rune != Rune.ReplacementChar && (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol))
            {
                plain.Append(CultureInfo.InvariantCulture, $"u{rune.Value:x4}");
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark))
            {
                plain.Append(' ');
            }
        }

        return plain.ToString();
    }

    private static string Join(IEnumerable<string> words, Func<string, int, string> write)
    {
        var name = string.Concat(words.DefaultIfEmpty(Unnamed).Select(write));
        return char.IsAsciiDigit(name[0]) ? "_" + name : name;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant();
}
