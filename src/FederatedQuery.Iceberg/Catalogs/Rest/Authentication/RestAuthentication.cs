namespace FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

/// <summary>Says to the server who asks. Safe for concurrent use.</summary>
internal abstract class RestAuthentication
{
    /// <summary>Sends nothing.</summary>
    public static RestAuthentication None { get; } = new Anonymous();

    /// <param name="request">Gets the headers.</param>
    /// <param name="body">The request's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">AccessDenied, Unavailable: there is nothing to say it with.</exception>
    public abstract Task ApplyAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    /// <summary>The server did not accept a request (401, 419).</summary>
    /// <returns>Whether the next one will carry something else, so that it is worth sending.</returns>
    public virtual bool Reject(HttpRequestMessage request) => false;

    private sealed class Anonymous : RestAuthentication
    {
        public override Task ApplyAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
