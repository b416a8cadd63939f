using System.Collections.Immutable;
using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Serving;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary><c>/iceberg/v1</c>: the Iceberg REST catalog over the gateway's own cold tables, for engines that attach to them.</summary>
internal static class IcebergRestEndpoints
{
    public static IServiceCollection AddIcebergRest(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var catalog = provider.GetRequiredService<ColdCatalog>();
            return new CatalogServer(
                () => catalog.Current,
                provider.GetRequiredService<ObjectStoreRegistry>(),
                provider.GetRequiredService<ManifestCache>(),
                provider.GetRequiredService<TieredTableRules>().CheckAsync,
                ImmutableDictionary<string, string>.Empty,
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<IcebergRestMetrics>();
        services.AddSingleton<IcebergRestHandler>();
        return services;
    }

    public static void MapIcebergRest(this IEndpointRouteBuilder endpoints)
    {
        var handler = endpoints.ServiceProvider.GetRequiredService<IcebergRestHandler>();
        endpoints.Map(RestPath.Root + "/{**path}", handler.HandleAsync);
    }
}
