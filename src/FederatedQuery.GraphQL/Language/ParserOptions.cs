namespace FederatedQuery.GraphQL.Language;

/// <summary>Bounds on what the parser reads, so that a hostile document costs little.</summary>
public sealed class ParserOptions
{
    public static ParserOptions Default { get; } = new();

    /// <summary>For documents from the server's own files, such as SDL: any number of bytes and tokens. The depth stays bounded.</summary>
    public static ParserOptions Trusted { get; } = new() { MaxBytes = int.MaxValue, MaxTokens = int.MaxValue };

    /// <summary>Longest document in bytes of UTF-8, comments included. Default 1 MiB. Error code <see cref="ErrorCodes.DocumentTooLarge"/>.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>Most tokens in a document. Default 50,000. Error code <see cref="ErrorCodes.TooManyTokens"/>.</summary>
    public int MaxTokens { get; init; } = 50_000;

    /// <summary>
    /// Deepest nesting of selection sets, values and list types together. Default 200. Where the thread's stack ends sooner, that is the
    /// bound. Error code <see cref="ErrorCodes.TooDeep"/>.
    /// </summary>
    public int MaxDepth { get; init; } = 200;
}
