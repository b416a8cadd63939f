namespace FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

/// <summary>An AWS signature on every request: Glue, S3 Tables, API Gateway.</summary>
internal sealed class SignedRequests(IRequestSigner signer, string service, string? region) : RestAuthentication
{
    public override Task ApplyAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        signer.SignAsync(request, body, service, region, cancellationToken);
}
