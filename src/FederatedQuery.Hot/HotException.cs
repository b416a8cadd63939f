namespace FederatedQuery.Hot;

/// <summary>A failure of the hot tier that has a kind of its own; the server's own errors stay <c>PostgresException</c>.</summary>
public sealed class HotException(HotErrorKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public HotErrorKind Kind { get; } = kind;

    /// <summary>Where in a statement, as an index into its text; null when the failure has no such place.</summary>
    public int? Position { get; init; }

    /// <summary>Whether the same call may succeed later with nothing changed by the caller.</summary>
    public bool IsRetryable => Kind == HotErrorKind.Connection;
}
