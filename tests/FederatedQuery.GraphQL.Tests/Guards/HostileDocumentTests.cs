using System.Text;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.GraphQL.Tests.Guards;

/// <summary>Bytes meant to overflow the stack or to take long, on the smallest stack that threads here have. A crash would end the test run.</summary>
public class HostileDocumentTests
{
    private const int SmallStackBytes = 256 * 1024;
    private const int TenMegabytes = 10 * 1024 * 1024;

    private static readonly ParserOptions AnySize = new() { MaxBytes = int.MaxValue, MaxTokens = int.MaxValue, MaxDepth = int.MaxValue };

    [Theory]
    [InlineData("", "{", ErrorCodes.Syntax)]
    [InlineData("", "{a", ErrorCodes.TooDeep)]
    [InlineData("", "[", ErrorCodes.Syntax)]
    [InlineData("", "\"", ErrorCodes.Syntax)]
    [InlineData("", "\"\"\"", ErrorCodes.Syntax)]
    [InlineData("{ a", "(a:{a:{", ErrorCodes.Syntax)]
    [InlineData("{ a(a:", "{a:", ErrorCodes.TooDeep)]
    [InlineData("{ a(a:", "[", ErrorCodes.TooDeep)]
    [InlineData("query ($a: ", "[", ErrorCodes.TooDeep)]
    [InlineData("query ($a: Int = ", "[{a:", ErrorCodes.TooDeep)]
    [InlineData("{ a ", "...{", ErrorCodes.TooDeep)]
    [InlineData("{ a ", "@b(c:[", ErrorCodes.Syntax)]
    [InlineData("{ a }", "#", null)]
    [InlineData("{ a }", " ", null)]
    [InlineData("{ a }", ",\n", null)]
    [InlineData("{ a", "\\", ErrorCodes.Syntax)]
    [InlineData("type A implements ", "&", ErrorCodes.Syntax)]
    [InlineData("{ a(b: ", "-", ErrorCodes.Syntax)]
    [InlineData("{ a(b: ", "1", ErrorCodes.Syntax)]
    public void Parse_TenMegabytesWithoutLimits_IsAnErrorOnASmallStack(string before, string repeated, string? code) => Assert.Equal(
        code,
        OnSmallStack(() =>
        {
            var document = Encoding.UTF8.GetBytes(before + new StringBuilder().Insert(0, repeated, TenMegabytes / repeated.Length));
            try
            {
                Utf8Parser.Parse(document, AnySize);
                return null;
            }
            catch (GraphQLSyntaxException exception)
            {
                return exception.Errors[0].Code;
            }
        }));

    [Fact]
    public void Parse_OneByteOverTheLimit_IsRefusedUnread()
    {
        var options = new ParserOptions { MaxBytes = 5 };

        Assert.Single(Utf8Parser.Parse("{ a }", options).Definitions);
        var exception = Assert.Throws<GraphQLSyntaxException>(() => Utf8Parser.Parse("{ a }#", options));
        Assert.Equal("Syntax Error: Document is 6 bytes long; at most 5 are allowed. Parsing aborted.", exception.Message);
        Assert.Equal(ErrorCodes.DocumentTooLarge, exception.Errors[0].Code);
    }

    [Theory]
    [InlineData("{self", "}")]
    [InlineData("{...", "}")]
    [InlineData("{count(tree:{children:[", "")]
    public void Validate_AsDeepAsTheParserLets_IsAnAnswerOnASmallStack(string open, string close) => OnSmallStack(() =>
    {
        var levels = open.Contains("children", StringComparison.Ordinal) ? 1 : 199;
        var document = levels == 1
            ? "{ count(tree: " + string.Concat(Enumerable.Repeat("{children:[", 99)) + string.Concat(Enumerable.Repeat("]}", 99)) + ") }"
            : string.Concat(Enumerable.Repeat(open, levels)) + "{name}" + string.Concat(Enumerable.Repeat(close, levels));
        var errors = new DocumentValidator(GuardSchema.Schema).Validate(Utf8Parser.Parse(document));
        Assert.All(errors, error => Assert.Equal(ErrorCodes.TooDeep, error.Code));
        return string.Empty;
    });

    [Fact]
    public void Validate_ErrorsThatShowTheDocument_AreShort()
    {
        var document = "{ " + string.Concat(Enumerable.Range(0, 50).Select(i => $"a{i}: count(of: {{ x: \"{new string('y', 10_000)}\" }}) ")) + "}";

        Assert.All(new DocumentValidator(GuardSchema.Schema).Validate(Utf8Parser.Parse(document)), error => Assert.InRange(error.Message.Length, 1, 2_010));
    }

    private static T OnSmallStack<T>(Func<T> work)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            SmallStackBytes);
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException("The work on the small stack failed.", failure);
    }
}
