namespace FederatedQuery.ObjectStore;

/// <summary>An open object. <see cref="Stream"/> gives the range that was asked for; the properties are those of the whole object.</summary>
public sealed class ObjectContent(ObjectProperties properties, Stream stream) : IAsyncDisposable
{
    public ObjectProperties Properties { get; } = properties;

    /// <summary>Forward only; not to be used after this is disposed.</summary>
    public Stream Stream { get; } = stream;

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
