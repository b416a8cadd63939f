namespace FederatedQuery.GraphQL.Types.Subscriptions;

/// <summary>Sends events to the subscriptions that listen to a topic. Safe for concurrent use.</summary>
public interface ITopicEventSender
{
    /// <summary>Gives the message to everyone who listens now; with nobody there it is gone. Does not wait for slow listeners.</summary>
    /// <exception cref="InvalidOperationException">The topic's listeners expect messages of another type.</exception>
    ValueTask SendAsync<T>(string topic, T message, CancellationToken cancellationToken = default);

    /// <summary>Ends the streams of everyone who listens now.</summary>
    ValueTask CompleteAsync(string topic);
}
