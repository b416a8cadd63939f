using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Ends and beginnings of background work by hand.</summary>
[MutationType]
internal sealed class JobMutations(TieringService tiering)
{
    [Authorize(RoleNames.Admin), GraphQLDescription("Cancels a job that is queued or running, and its parts. What it has committed stays.")]
    public Task<JobView> CancelJobAsync(Guid id, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await tiering.CancelJobAsync(id, cancellationToken)));

    [Authorize(RoleNames.Admin), GraphQLDescription("Puts a job that failed or was cancelled back into the queue; it goes on where it was.")]
    public Task<JobView> ResumeJobAsync(Guid id, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(await tiering.ResumeJobAsync(id, cancellationToken)));
}
