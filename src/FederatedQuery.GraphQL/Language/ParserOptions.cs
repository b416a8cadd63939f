namespace FederatedQuery.GraphQL.Language;

/// <summary>Bounds on what the parser reads, so that a hostile document costs little.</summary>
public sealed class ParserOptions
{
    public static ParserOptions Default { get; } = new();

    /// <summary>Most tokens in a document. Default 50,000.</summary>
    public int MaxTokens { get; init; } = 50_000;

    /// <summary>Deepest nesting of selection sets, values and list types together. Default 200; far beyond it the stack would overflow.</summary>
    public int MaxDepth { get; init; } = 200;
}
