using System.Text;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Expressions.Texts;

public class TextSearchTests
{
    [Theory]
    [InlineData("error", "An ERROR occurred", true)]
    [InlineData("error", "errors", false)]
    [InlineData("error*", "errors", true)]
    [InlineData("rror", "error", false)]
    [InlineData("disk full", "full, the disk is", true)]
    [InlineData("\"disk full\"", "full, the disk is", false)]
    [InlineData("\"disk full\"", "Disk... FULL!", true)]
    [InlineData("\"disk full\"", "disk is full", false)]
    [InlineData("disk -full", "disk full", false)]
    [InlineData("disk -full", "disk fuller", true)]
    [InlineData("-full", "disk", true)]
    [InlineData("-\"disk full\"", "disk full", false)]
    [InlineData("-ful*", "disk full", false)]
    [InlineData("10.0.0.1", "from 10.0.0.1:80", true)]
    [InlineData("10.0.0.1", "from 10.0.1.0", false)]
    [InlineData("user_id", "user_id=5", true)]
    [InlineData("user", "user_id=5", false)]
    [InlineData("\"connection refu\"*", "connection refused", true)]
    [InlineData("\"say \\\"hi\\\"\"", "I say \"hi\" to you", true)]
    [InlineData("straße", "STRAßE 5", true)]
    [InlineData("ПРИВЕТ", "привет, мир", true)]
    [InlineData("日本", "日本 語", true)]
    [InlineData("日本", "日本語", false)]
    [InlineData("日本*", "日本語", true)]
    [InlineData("kelvin", "\u212Aelvin", false)]
    [InlineData("done", "\u2705done\U0001F600", true)]
    [InlineData("", "anything", true)]
    [InlineData("!!! - *", "anything", true)]
    [InlineData("x", "", false)]
    public void Matches_Examples_AsDocumented(string query, string text, bool expected) => Assert.Equal(expected, Matches(query, text));

    [Theory]
    [InlineData("a \"b", "The quote at character 3 of the search 'a \"b' is not closed; a quote in a phrase is written \\\".")]
    public void Parse_NotASearch_SaysWhy(string query, string message) =>
        Assert.Equal(message, Assert.Throws<IcebergException>(() => TextSearch.Parse(query)).Message);

    [Fact]
    public void Parse_TooMuch_SaysTheMost()
    {
        Assert.Contains("the most are 2000", Assert.Throws<IcebergException>(() => TextSearch.Parse(new string('x', 2001))).Message, StringComparison.Ordinal);
        Assert.Contains("the most are 64", Assert.Throws<IcebergException>(() => TextSearch.Parse(string.Join(' ', Enumerable.Range(0, 65)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matches_RandomTextsAndSearches_AsByCuttingTheTextIntoWords()
    {
        var found = 0;
        Prop.ForAll(SearchCases.Text.ToArbitrary(), SearchCases.Search.ToArbitrary(), (text, query) =>
        {
            var search = TextSearch.Parse(query);
            var words = WordsOf(text);
            var expected = search.Required.All(term => IsIn(term, words)) && !search.Excluded.Any(term => IsIn(term, words));
            found += expected && !search.IsEmpty ? 1 : 0;
            return (expected == new SearchTest(search).Matches(text)).Label($"'{query}' in '{text}'");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
        Assert.True(found > 500, $"Only {found} texts were found: the cases test nothing.");
    }

    [Fact]
    public void Matches_WordAtAnyPlace_IsFound()
    {
        for (var before = 0; before < 70; before++)
        {
            for (var length = 1; length < 40; length++)
            {
                var word = new string('e', length - 1) + "r";
                var text = new string('.', before) + word.ToUpperInvariant() + new string('e', before % 3 == 0 ? 0 : 1);
                Assert.Equal(before % 3 == 0, Matches(word, text));
                Assert.True(Matches(word + "*", text));
            }
        }
    }

    [Fact]
    public void Separators_Characters_AreThoseOfNoWord()
    {
        var listed = WordCharacters.Separators.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).ToHashSet();
        Assert.Equal(Enumerable.Range(0, 0x110000).Where(codePoint => !WordCharacters.IsWord(codePoint)).Order(), listed.Order());
        Assert.All("aZ09_éßπж日한\u0301", c => Assert.True(WordCharacters.IsWord(c)));
        Assert.All(" .-\u00A0\u2026\u3002«»€", c => Assert.False(WordCharacters.IsWord(c)));
        Assert.False(WordCharacters.IsWord(0x1F600));
        Assert.True(WordCharacters.IsWord(0x20000));
    }

    [Fact]
    public void Fold_AnyCharacter_IsOfItsClassAndStaysOnItsSideOfAscii()
    {
        for (var codePoint = 0; codePoint < 0x110000; codePoint++)
        {
            var folded = CaseFolding.Fold(codePoint);
            if (codePoint is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            Assert.Equal(folded, CaseFolding.Fold(folded));
            Assert.Equal(codePoint < 0x80, folded < 0x80);
            Assert.Equal(WordCharacters.IsWord(codePoint), WordCharacters.IsWord(folded));
            if (folded != codePoint)
            {
                Assert.Contains(codePoint, CaseFolding.VariantsOf(folded));
            }
        }

        Assert.Equal([0x3A3, 0x3C2, 0x3C3], CaseFolding.VariantsOf(0x3C3));
    }

    private static bool Matches(string query, string text) => new SearchTest(TextSearch.Parse(query)).Matches(text);

    private static List<string> WordsOf(string text)
    {
        var words = new List<string>();
        var isOpen = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = WordCharacters.IsWord(rune.Value);
            if (isWord)
            {
                var letter = new Rune(CaseFolding.Fold(rune.Value)).ToString();
                if (isOpen)
                {
                    words[^1] += letter;
                }
                else
                {
                    words.Add(letter);
                }
            }

            isOpen = isWord;
        }

        return words;
    }

    private static bool IsIn(SearchTerm term, List<string> words) => Enumerable.Range(0, words.Count).Any(start =>
        start + term.Words.Length <= words.Count && term.Words.Select((word, i) => (word, i)).All(pair =>
            pair.i == term.Words.Length - 1 && term.IsPrefix
                ? words[start + pair.i].StartsWith(pair.word, StringComparison.Ordinal)
                : words[start + pair.i] == pair.word));
}
