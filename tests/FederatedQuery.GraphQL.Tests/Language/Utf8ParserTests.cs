using System.Text;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.GraphQL.Tests.Language;

public class Utf8ParserTests
{
    [Theory]
    [InlineData("{ a", "Syntax Error: Expected Name, found <EOF>.", 1, 4)]
    [InlineData("{\r\n  a(b: \"é\" c: ?) }", "Syntax Error: Unexpected character: \"?\".", 2, 15)]
    [InlineData("{ a }\n\n  }", "Syntax Error: Unexpected \"}\".", 3, 3)]
    [InlineData("query ($a: Int = $b) { a }", "Syntax Error: Unexpected variable \"$b\" in constant value.", 1, 18)]
    public void Parse_WrongDocument_SaysWhatAndWhere(string document, string message, int line, int column)
    {
        var exception = Assert.Throws<GraphQLSyntaxException>(() => Utf8Parser.Parse(document));

        Assert.Equal(message, exception.Message);
        Assert.Equal(new SourceLocation(line, column), exception.Location);
        Assert.Equal("GRAPHQL_PARSE_FAILED", exception.Errors[0].Code);
    }

    [Theory]
    [InlineData("{a", 5_000_000)]
    [InlineData("{a(b:", 1)]
    [InlineData("[", 10_000_000)]
    [InlineData("query($a:[[", 1)]
    public void Parse_DeepNesting_IsAnErrorNotAnOverflow(string part, int times)
    {
        var document = new StringBuilder();
        document.Insert(0, part, times);
        document.Append(times == 1 ? new string('[', 5_000_000) : string.Empty);

        Assert.Throws<GraphQLSyntaxException>(() => Utf8Parser.Parse(document.ToString()));
    }

    [Fact]
    public void Parse_MoreTokensThanAllowed_IsAnError()
    {
        var exception = Assert.Throws<GraphQLSyntaxException>(() => Utf8Parser.Parse("{ a b c d }", new ParserOptions { MaxTokens = 5 }));

        Assert.Equal("DOCUMENT_TOO_MANY_TOKENS", exception.Errors[0].Code);
        Assert.Equal(new SourceLocation(1, 11), exception.Location);
    }

    [Fact]
    public void Parse_NotUtf8_IsAnError() =>
        Assert.Equal("Syntax Error: The document is not valid UTF-8.", Assert.Throws<GraphQLSyntaxException>(() => Utf8Parser.Parse(new byte[] { (byte)'{', 0xC3, 0x28 })).Message);

    [Theory]
    [InlineData("\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"", "Hello,\n  World!\n\nYours,\n  GraphQL.")]
    [InlineData("\"\"\"a \\\"\"\" b \\n\"\"\"", "a \"\"\" b \\n")]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\\u{1F600} \\uD83D\\uDE00 \\u00e9 \\/ \\b\\f\\n\\r\\t \\\\ \\\"\"", "\U0001F600 \U0001F600 é / \b\f\n\r\t \\ \"")]
    public void ParseConstValue_String_IsDecoded(string literal, string expected) =>
        Assert.Equal(expected, Assert.IsType<StringValueNode>(Utf8Parser.ParseConstValue(literal)).Value);

    [Fact]
    public void Print_ParsedDocument_ReadsBackTheSame()
    {
        foreach (var document in Oracle.Documents.ByHand)
        {
            DocumentNode parsed;
            try
            {
                parsed = Utf8Parser.Parse(document);
            }
            catch (GraphQLSyntaxException)
            {
                continue;
            }

            var printed = parsed.ToString();

            Assert.Equal(printed, Utf8Parser.Parse(printed).ToString());
        }
    }

    [Fact]
    public void Parse_AnyBytes_GivesATreeOrASyntaxError() => Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            return Utf8Parser.Parse(bytes).Definitions.Length > 0;
        }
        catch (GraphQLSyntaxException)
        {
            return true;
        }
    }).QuickCheckThrowOnFailure();
}
