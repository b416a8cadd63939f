using System.Net.Http.Headers;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Authentication;

/// <summary>One token, for good.</summary>
internal sealed class BearerToken(string token) : RestAuthentication
{
    public override Task ApplyAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Task.CompletedTask;
    }
}
