using System.Text;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Tests.Language;

/// <summary>Documents of 10 MB that repeat one thing, parsed on a thread with little stack: an error each time, never a crash.</summary>
public class HugeDocumentTests
{
    private const int Bytes = 10_000_000;
    private const int StackBytes = 256 * 1024;

    private static readonly ParserOptions Unbounded = new() { MaxBytes = int.MaxValue, MaxTokens = int.MaxValue, MaxDepth = int.MaxValue };

    [Theory]
    [InlineData("", "{")]
    [InlineData("", "[")]
    [InlineData("", "(")]
    [InlineData("", "\"")]
    [InlineData("", "\"a")]
    [InlineData("", "\"\"\"")]
    [InlineData("\"\"\"", "\\\"\"\"")]
    [InlineData("\"", "\\u")]
    [InlineData("\"", "\\\\")]
    [InlineData("", "#")]
    [InlineData("", ",")]
    [InlineData("", "\r")]
    [InlineData("", "\r\n")]
    [InlineData("", "\uFEFF")]
    [InlineData("", "...")]
    [InlineData("", "@a")]
    [InlineData("", "-")]
    [InlineData("", "😀")]
    [InlineData("", "a")]
    [InlineData("{ a(b: ", "0")]
    [InlineData("{ a(b: ", "9")]
    [InlineData("{ a(b: 1.", "9")]
    [InlineData("{ a(b: ", "[")]
    [InlineData("{ a(b: ", "{a:")]
    [InlineData("{ a(b: ", "[{a:")]
    [InlineData("query ($a: ", "[")]
    [InlineData("query ($a: Int = ", "[")]
    [InlineData("{ ", "a{")]
    [InlineData("{ ", "...{")]
    [InlineData("{ ", "...on A{")]
    [InlineData("{ ", "a:")]
    [InlineData("type A { a: ", "[")]
    [InlineData("type A @a(b: ", "[")]
    [InlineData("input A { a: A = ", "{a:")]
    [InlineData("union A = ", "|")]
    [InlineData("type A implements ", "&")]
    public void Parse_SameThingOverAndOver_IsAnError(string start, string part)
    {
        var document = Encoding.UTF8.GetBytes(new StringBuilder(start).Insert(start.Length, part, Bytes / Encoding.UTF8.GetByteCount(part)).ToString());

        Assert.Equal(ErrorCodes.DocumentTooLarge, ParseOnSmallStack(document, ParserOptions.Default).Errors[0].Code);
        Assert.StartsWith("Syntax Error: ", ParseOnSmallStack(document, Unbounded).Message, StringComparison.Ordinal);
    }

    private static GraphQLSyntaxException ParseOnSmallStack(byte[] document, ParserOptions options)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => Utf8Parser.Parse(document, options)), StackBytes) { IsBackground = true };
        thread.Start();

        Assert.True(thread.Join(TimeSpan.FromMinutes(1)), "The parser does not come to an end.");
        return Assert.IsType<GraphQLSyntaxException>(thrown);
    }
}
