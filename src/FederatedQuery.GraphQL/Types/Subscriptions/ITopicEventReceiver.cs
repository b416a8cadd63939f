namespace FederatedQuery.GraphQL.Types.Subscriptions;

/// <summary>Listens to topics. Safe for concurrent use.</summary>
public interface ITopicEventReceiver
{
    /// <summary>Listens from now on, not only from the first read: no message sent after the call is missed.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="cancellationToken">Ends the listening, whether or not the stream is ever read.</param>
    /// <exception cref="InvalidOperationException">The topic's listeners expect messages of another type.</exception>
    ValueTask<IAsyncEnumerable<T>> SubscribeAsync<T>(string topic, CancellationToken cancellationToken = default);
}
