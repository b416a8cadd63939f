using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Proof that the rows are what they should be.</summary>
[MutationType]
internal sealed class ProofMutations(VerificationService verification)
{
    [GraphQLDescription("Counts and checksums each day in both tiers against what was recorded when it was moved.")]
    public Task<JobView> VerifyTableAsync(string tableName, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await verification.StartAsync(tableName, cancellationToken)));
}
