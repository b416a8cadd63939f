using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Types.Subscriptions;

/// <summary>Topics inside one process. A topic is there as long as someone listens to it; what waits for a listener is bounded.</summary>
public sealed class InMemoryTopics : ITopicEventSender, ITopicEventReceiver
{
    private readonly Dictionary<string, List<Listener>> _topics = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly int _capacity;
    private readonly SlowListener _slowListener;

    public InMemoryTopics(InMemoryTopicOptions? options = null)
    {
        _capacity = options?.Capacity ?? new InMemoryTopicOptions().Capacity;
        _slowListener = options?.SlowListener ?? SlowListener.CutOff;
        ArgumentOutOfRangeException.ThrowIfLessThan(_capacity, 1, nameof(options));
    }

    public ValueTask SendAsync<T>(string topic, T message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var listener in ListenersOf<T>(topic))
        {
            if (!listener.Messages.Writer.TryWrite(message))
            {
                listener.Messages.Writer.TryComplete(new GraphQLException(
                    $"The subscription was cut off: it reads more slowly than events come, and {_capacity} were waiting.", ErrorCodes.SubscriberTooSlow));
                Remove(topic, listener);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(string topic)
    {
        lock (_lock)
        {
            if (_topics.Remove(topic, out var listeners))
            {
                listeners.ForEach(listener => listener.Complete());
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IAsyncEnumerable<T>> SubscribeAsync<T>(string topic, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var listener = new Listener<T>(Channel.CreateBounded<T>(new BoundedChannelOptions(_capacity)
        {
            SingleReader = true,
            FullMode = _slowListener == SlowListener.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
        }));
        lock (_lock)
        {
            if (!_topics.TryGetValue(topic, out var listeners))
            {
                _topics.Add(topic, listeners = []);
            }
            else if (listeners[0] is not Listener<T>)
            {
                throw WrongType<T>(topic, listeners[0]);
            }

            listeners.Add(listener);
        }

        listener.Registration = cancellationToken.Register(() => Remove(topic, listener));
        return new ValueTask<IAsyncEnumerable<T>>(ReadAsync(topic, listener, cancellationToken));
    }

    /// <summary>Topics with listeners; for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _topics.Count;
            }
        }
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(string topic, Listener<T> listener, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var message in listener.Messages.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            await listener.Registration.DisposeAsync();
            Remove(topic, listener);
        }
    }

    private Listener<T>[] ListenersOf<T>(string topic)
    {
        lock (_lock)
        {
            return !_topics.TryGetValue(topic, out var listeners)
                ? []
                : listeners[0] is Listener<T> ? [.. listeners.Cast<Listener<T>>()] : throw WrongType<T>(topic, listeners[0]);
        }
    }

    private void Remove(string topic, Listener listener)
    {
        lock (_lock)
        {
            if (_topics.TryGetValue(topic, out var listeners) && listeners.Remove(listener) && listeners.Count == 0)
            {
                _topics.Remove(topic);
            }
        }

        listener.Complete();
    }

    private static InvalidOperationException WrongType<T>(string topic, Listener listener) =>
        new($"Topic '{topic}' has listeners for messages of type '{listener.MessageType}', not '{typeof(T)}'.");

    private abstract class Listener
    {
        public abstract Type MessageType { get; }

        public CancellationTokenRegistration Registration { get; set; }

        public abstract void Complete();
    }

    private sealed class Listener<T>(Channel<T> messages) : Listener
    {
        public Channel<T> Messages { get; } = messages;

        public override Type MessageType => typeof(T);

        public override void Complete() => Messages.Writer.TryComplete();
    }
}
