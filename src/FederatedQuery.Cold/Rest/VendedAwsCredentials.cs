using Amazon.Runtime;
using FederatedQuery.Iceberg.Catalogs.Rest;

namespace FederatedQuery.Cold.Rest;

/// <summary>Credentials that a REST catalog gives out, as the SDK takes them: asked for with every request, renewed when they are about to expire.</summary>
internal sealed class VendedAwsCredentials(VendedCredentials credentials) : AWSCredentials
{
    /// <summary>Those at hand: the SDK's asynchronous calls, which are all that are used, ask for fresh ones.</summary>
    public override ImmutableCredentials GetCredentials() => Of(credentials.Current);

    public override async Task<ImmutableCredentials> GetCredentialsAsync() => Of(await credentials.GetAsync(CancellationToken.None));

    private static ImmutableCredentials Of(VendedCredential credential) => new(credential.AccessKeyId, credential.SecretAccessKey, credential.SessionToken);
}
