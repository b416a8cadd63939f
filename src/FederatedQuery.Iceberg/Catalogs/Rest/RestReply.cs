using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>An answer that came whole.</summary>
internal sealed record RestReply(int Status, ReadOnlyMemory<byte> Body)
{
    public string? ETag { get; init; }

    /// <summary>How long the server wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where a redirection leads.</summary>
    public string? Location { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public bool IsUnauthorized => Status is 401 or 419;

    /// <summary>Too many requests, or a server, or one before it, that failed.</summary>
    public bool IsTransient => Status is 429 or >= 500 and not 501;

    /// <exception cref="IcebergException">InvalidMetadata: the body is not such a message.</exception>
    public T Read<T>(RestCall request)
        where T : IRestMessage<T>
    {
        try
        {
            return RestMessage.Read<T>(Body);
        }
        catch (IcebergException exception)
        {
            throw new IcebergException(exception.Kind, $"The REST catalog's answer to {request} cannot be used: {exception.Message}", exception);
        }
    }
}
