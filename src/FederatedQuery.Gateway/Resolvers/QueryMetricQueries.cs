using FederatedQuery.Federation;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>How reads have fared of late.</summary>
[QueryType]
internal sealed class QueryMetricQueries(QueryHistory history)
{
    [Authorize(RoleNames.Reader), ListSize(AssumedSize = 240), GraphQLDescription("Figures of the last METRICS_RETENTION_SECONDS, one row per METRICS_INTERVAL.")]
    public Task<IReadOnlyList<QueryMetric>> QueryMetricsAsync(DateTimeOffset? from, DateTimeOffset? to) => Failures.TranslateAsync(() => from > to
        ? throw new FederatedQueryException(FailureKind.BadArgument, $"`from` is {from:O}, which is after `to`, {to:O}.")
        : Task.FromResult(history.Read(from, to)));
}
