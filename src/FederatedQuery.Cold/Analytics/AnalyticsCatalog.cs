using FederatedQuery.Cold.Rest;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Analytics;

/// <summary>The catalog that the cold tables are registered in for other engines, where one is set. Nothing is asked of it before it is used.</summary>
public sealed class AnalyticsCatalog : IDisposable
{
    private readonly IDisposable? _client;

    public AnalyticsCatalog(IOptions<ColdOptions> options, ObjectStoreRegistry stores, TimeProvider time)
    {
        var cold = options.Value;
        var signer = new AwsRequestSigner(cold.Buckets.Credentials, cold.Buckets.Region, time);
        switch (cold.Analytics)
        {
            case { Rest: { } rest }:
                var catalog = new RestCatalog(rest with { Signer = rest.Signer ?? signer, TableCacheBytes = 0 }, stores, time);
                (Current, _client) = (new RestSecondCatalog(catalog, rest.Uri), catalog);
                break;
            case { GlueCatalogId: { } id } glue:
                var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
                var endpoint = glue.GlueEndpoint ?? new Uri($"https://glue.{cold.Buckets.Region}.amazonaws.com/");
                (Current, _client) = (new GlueSecondCatalog(endpoint, cold.Buckets.Region, id, signer, client), client);
                break;
        }
    }

    /// <summary>Null: none is set.</summary>
    public ISecondCatalog? Current { get; }

    public void Dispose() => _client?.Dispose();
}
