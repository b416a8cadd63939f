using System.Runtime.CompilerServices;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Log ingest as it goes on.</summary>
[SubscriptionType]
internal sealed class LogIngestSubscriptions(LogIngest ingest, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    [Authorize(RoleNames.Reader), GraphQLDescription("As it is now, then once a second while it changes; of the gateway process that answers.")]
    public IAsyncEnumerable<IngestStatus> IngestStatusChangedAsync(CancellationToken cancellationToken) => WatchAsync(ingest, time, cancellationToken);

    private static async IAsyncEnumerable<IngestStatus> WatchAsync(LogIngest ingest, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        IngestStatus? last = null;
        do
        {
            var now = ingest.Status;
            if (now != last)
            {
                yield return now;
            }

            last = now;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
