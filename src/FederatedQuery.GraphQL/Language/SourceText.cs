using System.Text;

namespace FederatedQuery.GraphQL.Language;

/// <summary>The UTF-8 bytes of a document. Lines and columns are counted only when an error asks for them.</summary>
public sealed class SourceText(ReadOnlyMemory<byte> utf8)
{
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    /// <summary>The line and column of a byte offset. Line terminators are LF, CR and CR LF (spec section 2.1.2).</summary>
    public SourceLocation GetLocation(int offset) => GetLocation(Utf8.Span, offset);

    internal static SourceLocation GetLocation(ReadOnlySpan<byte> utf8, int offset)
    {
        offset = Math.Min(offset, utf8.Length);
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < offset; i++)
        {
            var value = utf8[i];
            if (value == '\n' || (value == '\r' && (i + 1 >= utf8.Length || utf8[i + 1] != '\n')))
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new SourceLocation(line, Encoding.UTF8.GetCharCount(utf8[lineStart..offset]) + 1);
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}
