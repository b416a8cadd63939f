using System.Collections.Immutable;
using FederatedQuery.Cold;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Serving;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Options;

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
                () => catalog.IsRest
                    ? throw new RestCatalogException(
                        StatusCodes.Status406NotAcceptable,
                        RestErrorType.UnsupportedOperation,
                        "The gateway's cold tables are in another REST catalog (ICEBERG_CATALOG=rest); attach to that one.")
                    : catalog.Current,
                provider.GetRequiredService<ObjectStoreRegistry>(),
                provider.GetRequiredService<ManifestCache>(),
                provider.GetRequiredService<TieredTableRules>().CheckAsync,
                ClientDefaults(provider.GetRequiredService<IOptions<ColdOptions>>().Value),
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<IcebergRestMetrics>();
        services.AddSingleton<IcebergRestHandler>();
        return services;
    }

    /// <summary>Where the store is, for clients that are not told otherwise. Credentials they bring themselves.</summary>
    private static ImmutableDictionary<string, string> ClientDefaults(ColdOptions options)
    {
        var defaults = ImmutableDictionary.CreateBuilder<string, string>();
        if (options.Bucket is { Endpoint: { } endpoint })
        {
            defaults["s3.endpoint"] = endpoint.AbsoluteUri.TrimEnd('/');
            defaults["s3.path-style-access"] = "true";
        }

        if (options.Bucket is { Region: { } region })
        {
            defaults["client.region"] = region;
            defaults["s3.region"] = region;
        }

        return defaults.ToImmutable();
    }

    public static void MapIcebergRest(this IEndpointRouteBuilder endpoints)
    {
        var handler = endpoints.ServiceProvider.GetRequiredService<IcebergRestHandler>();
        endpoints.Map(RestPath.Root + "/{**path}", handler.HandleAsync).ForKnown().WithMetadata(new ProblemFormat(IcebergRestHandler.WriteAsync));
    }
}
