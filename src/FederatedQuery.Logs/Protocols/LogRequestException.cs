namespace FederatedQuery.Logs.Protocols;

/// <summary>Why a whole request of a shipper is refused. Nothing of it is stored.</summary>
public enum LogRequestErrorKind
{
    /// <summary>The body is not what its type says, so that where records begin and end is not known.</summary>
    Malformed,

    /// <summary>The body, or what is made of it, is larger than a request may be.</summary>
    TooLarge,
}

/// <summary>A request that is refused whole; the message says where and why. Single bad records are rejected by themselves instead.</summary>
public sealed class LogRequestException(LogRequestErrorKind kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public LogRequestErrorKind Kind { get; } = kind;

    internal static LogRequestException Malformed(string message, Exception? innerException = null) => new(LogRequestErrorKind.Malformed, message, innerException);
}
