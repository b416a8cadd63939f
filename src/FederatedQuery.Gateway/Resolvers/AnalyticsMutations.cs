using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Tiering.Analytics;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The catalog in which other engines find the cold tables.</summary>
[MutationType]
internal sealed class AnalyticsMutations(AnalyticsService analytics, GatewaySettings settings)
{
    [Authorize(RoleNames.Admin)]
    public Task<AnalyticsIntegrationResult> SetupAnalyticsIntegrationAsync(CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        var setup = await analytics.SetUpAsync(cancellationToken);
        return new AnalyticsIntegrationResult(
            setup.Success, setup.Message, settings.Analytics?.Catalog.GlueCatalogId, settings.Analytics?.IsForSagemaker == true, setup.RegisteredTables);
    });
}

internal sealed record AnalyticsIntegrationResult(
    bool Success, string Message, string? GlueCatalogId, bool SagemakerEnabled, IReadOnlyList<string> RegisteredTables);
