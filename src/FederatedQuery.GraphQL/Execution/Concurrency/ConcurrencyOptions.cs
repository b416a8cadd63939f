using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Execution.Concurrency;

/// <summary>How much may run at once. All executors of one server share the bounds, also while one schema takes another's place.</summary>
public sealed class ConcurrencyOptions
{
    /// <summary>
    /// Most queries and mutations that are executed at once, until they are resolved or, when delivered incrementally, delivered; streams
    /// in a response do not count. Default null: any number.
    /// </summary>
    public int? MaxOperations { get; set; }

    /// <summary>Most operations that wait for their turn, first come first served; further ones are refused at once. Default 1,000. Code <see cref="ErrorCodes.TooManyRequests"/>.</summary>
    public int MaxWaiting { get; set; } = 1_000;

    /// <summary>Longest wait, after which the operation is refused. Default 10 seconds. Code <see cref="ErrorCodes.TooManyRequests"/>.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Most subscriptions open at once; they take no place of operations, nor do their events. Further ones are refused, none waits.
    /// Default null: any number. Code <see cref="ErrorCodes.TooManySubscriptions"/>.
    /// </summary>
    public int? MaxSubscriptions { get; set; }
}
