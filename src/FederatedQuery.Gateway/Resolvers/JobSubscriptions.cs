using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering.Jobs;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Background work as it goes on.</summary>
[SubscriptionType]
internal sealed class JobSubscriptions(JobWatcher watcher)
{
    [Authorize(RoleNames.Reader), GraphQLDescription("With an id: that job as it is now, then each change until it is over. Without: each change of any job from now on.")]
    public Task<IAsyncEnumerable<JobView>> JobChangedAsync(Guid? id, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
        (id is { } job ? await watcher.WatchAsync(job, cancellationToken) : await watcher.WatchAllAsync(cancellationToken)).Select(now => new JobView(now)));
}
