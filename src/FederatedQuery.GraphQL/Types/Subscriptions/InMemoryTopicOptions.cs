namespace FederatedQuery.GraphQL.Types.Subscriptions;

/// <summary>How messages wait for listeners inside one process.</summary>
public sealed class InMemoryTopicOptions
{
    /// <summary>Messages that may wait for one listener. Default 64; less than 1 is refused.</summary>
    public int Capacity { get; set; } = 64;

    /// <summary>What happens to a listener with more waiting. Default: it is cut off with an error, so that nothing is lost unnoticed.</summary>
    public SlowListener SlowListener { get; set; } = SlowListener.CutOff;
}

/// <summary>What happens to a listener that does not keep up.</summary>
public enum SlowListener
{
    /// <summary>Its stream ends with an error, after the messages that wait.</summary>
    CutOff,

    /// <summary>It loses the oldest message.</summary>
    DropOldest,
}
