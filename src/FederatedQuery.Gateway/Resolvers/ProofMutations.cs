using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Proof that the rows are what they should be.</summary>
[MutationType]
internal sealed class ProofMutations(VerificationService verification, ErasureService erasure)
{
    [Authorize(RoleNames.Admin), GraphQLDescription("Counts and checksums each day in both tiers against what was recorded when it was moved.")]
    public Task<JobView> VerifyTableAsync(string tableName, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await verification.StartAsync(tableName, cancellationToken)));

    [Authorize(RoleNames.Admin), GraphQLDescription(
        "Deletes matching rows in both tiers and purges every file that held them; the job's message is the proof: files rewritten, deleted, snapshots expired.")]
    public Task<JobView> EraseRowsAsync(string tableName, string where, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await erasure.StartAsync(tableName, where, cancellationToken)));
}
