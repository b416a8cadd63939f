using System.ComponentModel;
using FederatedQuery.Federation;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Hot.Control;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Background work.</summary>
[QueryType]
internal sealed class JobQueries(JobStore jobs)
{
    private const int MostJobs = 1_000;

    [Authorize(RoleNames.Reader), ListSize(SlicingArguments = ["first"], RequireOneSlicingArgument = false), GraphQLDescription("The newest jobs, newest first.")]
    public Task<IReadOnlyList<JobView>> JobsAsync([DefaultValue(20)] int? first, CancellationToken cancellationToken) =>
        Failures.TranslateAsync<IReadOnlyList<JobView>>(async () =>
        {
            if (first is < 0 or > MostJobs)
            {
                throw new FederatedQueryException(FailureKind.BadArgument, $"`first` is {first}; it must be 0 to {MostJobs}.");
            }

            return [.. (await jobs.ListAsync(first ?? MostJobs, cancellationToken)).Select(job => new JobView(job))];
        });

    [Authorize(RoleNames.Reader)]
    public Task<JobView?> JobAsync(Guid id, CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
        await jobs.FindAsync(id, cancellationToken) is { } job ? new JobView(job) : null);
}
