using FederatedQuery.Iceberg.Catalogs.Rest;

namespace FederatedQuery.Cold.Analytics;

/// <summary>Which catalog the cold tables are registered in for other engines. One of the two is set.</summary>
public sealed record AnalyticsCatalogOptions
{
    /// <summary>ANALYTICS_REST_URI and its companions.</summary>
    public RestCatalogOptions? Rest { get; init; }

    /// <summary>GLUE_CATALOG_ID: AWS Glue's catalog, of the region AWS_REGION.</summary>
    public string? GlueCatalogId { get; init; }

    /// <summary>Where Glue is; null: at AWS, by the region.</summary>
    public Uri? GlueEndpoint { get; init; }
}
