using FederatedQuery.Federation;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>How reads have fared of late.</summary>
[QueryType]
internal sealed class QueryMetricQueries(QueryHistory history)
{
    [ListSize(AssumedSize = 240), GraphQLDescription("Figures of this gateway's reads over the last METRICS_RETENTION_SECONDS, oldest first: one for each METRICS_INTERVAL and tier that had any.")]
    public Task<IReadOnlyList<QueryMetric>> QueryMetricsAsync(DateTimeOffset? from, DateTimeOffset? to) => Failures.TranslateAsync(() => from > to
        ? throw new FederatedQueryException(FailureKind.BadArgument, $"`from` is {from:O}, which is after `to`, {to:O}.")
        : Task.FromResult(history.Read(from, to)));
}
