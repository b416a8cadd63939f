namespace FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

/// <summary>Signs requests by AWS Signature Version 4, with whatever credentials the process has.</summary>
public interface IRequestSigner
{
    /// <summary>Adds the headers of a signature to a request that has all others.</summary>
    /// <param name="request">Its address is absolute.</param>
    /// <param name="body">What <see cref="HttpRequestMessage.Content"/> holds.</param>
    /// <param name="service">Such as <c>glue</c>.</param>
    /// <param name="region">Such as <c>eu-central-1</c>; null: that of this process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">AccessDenied: there are no credentials.</exception>
    Task SignAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, string service, string? region, CancellationToken cancellationToken);
}
