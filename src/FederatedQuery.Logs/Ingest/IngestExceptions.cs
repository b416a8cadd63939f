namespace FederatedQuery.Logs.Ingest;

/// <summary>The queue of log records is full, in memory or on disk: nothing of what was appended is taken in. Send it again later.</summary>
public sealed class IngestQueueFullException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When there may be room; whole seconds, at least one.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>Log records cannot be taken in here at present, or at all: the message says why. Nothing of what was appended is acknowledged.</summary>
public sealed class IngestUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
