using System.Runtime.CompilerServices;
using System.Text;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>A valid document without what may be secret: numbers and strings become <c>?</c>, comments and line breaks go.</summary>
internal static class SanitizedDocument
{
    private static readonly ConditionalWeakTable<DocumentNode, string> Known = [];

    /// <summary>Made once for a document that stays in the cache.</summary>
    public static string Of(DocumentNode document, ReadOnlySpan<byte> utf8, int maxLength)
    {
        if (!Known.TryGetValue(document, out var text))
        {
            Known.AddOrUpdate(document, text = Write(utf8, maxLength));
        }

        return text;
    }

    private static string Write(ReadOnlySpan<byte> utf8, int maxLength)
    {
        var text = new StringBuilder();
        var lexer = new Utf8Lexer(utf8, int.MaxValue);
        var last = TokenKind.StartOfFile;
        for (lexer.Advance(); lexer.Kind != TokenKind.EndOfFile && text.Length < maxLength; lexer.Advance())
        {
            if (last != TokenKind.StartOfFile && !IsTight(last, lexer.Kind))
            {
                text.Append(' ');
            }

            text.Append(lexer.Kind is TokenKind.Int or TokenKind.Float or TokenKind.String or TokenKind.BlockString
                ? "?"
                : Encoding.UTF8.GetString(lexer.Value));
            last = lexer.Kind;
        }

        return text.Length > maxLength ? text.ToString(0, maxLength) : text.ToString();
    }

    /// <summary>No space between the two.</summary>
    private static bool IsTight(TokenKind left, TokenKind right) =>
        left is TokenKind.ParenthesisLeft or TokenKind.BracketLeft or TokenKind.Dollar or TokenKind.At or TokenKind.Spread
        || right is TokenKind.ParenthesisLeft or TokenKind.ParenthesisRight or TokenKind.BracketRight or TokenKind.Colon or TokenKind.Bang;
}
