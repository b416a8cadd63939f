using System.Globalization;

namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>What each tenant must have for itself. Whatever two of them shared, one could read of the other.</summary>
internal static class TenantPlaces
{
    /// <returns>An error for each pair of tenants that share something, naming both and what it is.</returns>
    public static IEnumerable<string> Shared(IReadOnlyList<TenantSettings> tenants) => Enumerable.Range(0, tenants.Count).SelectMany(second => Shared(tenants[second], tenants.Take(second)));

    /// <returns>An error for each of the others that one tenant shares something with.</returns>
    public static IEnumerable<string> Shared(TenantSettings tenant, IEnumerable<TenantSettings> others) =>
        from other in others
        from place in Shared(other.Settings, tenant.Settings)
        select $"Tenants '{other.Name}' and '{tenant.Name}' share {place}; each must have its own.";

    /// <summary>Where a tenant has its files: folders, and the prefix of its bucket.</summary>
    public static IEnumerable<string> Of(GatewaySettings settings) =>
        Folders(settings).Select(place => place.Folder)
            .Concat(settings.Bucket is { } bucket ? [bucket.Prefix.Length == 0 ? $"s3://{bucket.Options.Bucket}" : $"s3://{bucket.Options.Bucket}/{bucket.Prefix}"] : []);

    private static IEnumerable<string> Shared(GatewaySettings one, GatewaySettings other)
    {
        if (one.Postgres is { } postgres && other.Postgres is { } second
            && postgres.Port == second.Port && postgres.Host.Equals(second.Host, StringComparison.OrdinalIgnoreCase))
        {
            var server = string.Create(CultureInfo.InvariantCulture, $"of POSTGRES_HOST '{postgres.Host}', POSTGRES_PORT {postgres.Port}");
            if (postgres.Database == second.Database)
            {
                yield return $"POSTGRES_DATABASE '{postgres.Database}' {server}";
            }

            // A role sees its own statements in all databases of a server (pg_stat_activity).
            if (postgres.QueryUser == second.QueryUser)
            {
                yield return $"POSTGRES_QUERY_USER '{postgres.QueryUser}' {server}";
            }
        }

        foreach (var (setting, folder) in Folders(one))
        {
            foreach (var (with, inner) in Folders(other))
            {
                if (IsWithin(folder, inner, Path.DirectorySeparatorChar) || IsWithin(inner, folder, Path.DirectorySeparatorChar))
                {
                    yield return setting == with && folder == inner ? $"{setting} '{folder}'" : $"a folder ({setting} '{folder}', {with} '{inner}')";
                }
            }
        }

        if (one.Bucket is { } bucket && other.Bucket is { } inside && bucket.Options.Bucket == inside.Options.Bucket && bucket.Options.Endpoint == inside.Options.Endpoint
            && (IsWithin(bucket.Prefix, inside.Prefix, '/') || IsWithin(inside.Prefix, bucket.Prefix, '/')))
        {
            yield return $"S3_TABLE_BUCKET (s3://{bucket.Options.Bucket}/{bucket.Prefix}, s3://{inside.Options.Bucket}/{inside.Prefix})";
        }

        if (one.RestCatalog is { } catalog && other.RestCatalog is { } same && catalog.Uri == same.Uri && catalog.Warehouse == same.Warehouse)
        {
            yield return $"ICEBERG_WAREHOUSE '{catalog.Warehouse}' of ICEBERG_REST_URI '{catalog.Uri}'";
        }

        if (one.Analytics?.Catalog is { GlueCatalogId: { } glue } analytics && other.Analytics?.Catalog is { } its && its.GlueCatalogId == glue
            && analytics.GlueEndpoint == its.GlueEndpoint && one.Buckets.Region == other.Buckets.Region)
        {
            yield return $"GLUE_CATALOG_ID '{glue}' of one region";
        }

        if (one.Analytics?.Catalog.Rest is { } rest && other.Analytics?.Catalog.Rest is { } again && rest.Uri == again.Uri && rest.Warehouse == again.Warehouse)
        {
            yield return $"ANALYTICS_REST_WAREHOUSE '{rest.Warehouse}' of ANALYTICS_REST_URI '{rest.Uri}'";
        }

        foreach (var host in one.TenantHosts.Intersect(other.TenantHosts))
        {
            yield return $"TENANT_HOSTS '{host}'";
        }
    }

    private static IEnumerable<(string Setting, string Folder)> Folders(GatewaySettings settings)
    {
        yield return ("DATA_DIRECTORY", settings.DataDirectory);
        if (!IsWithin(settings.DataDirectory, settings.CacheDirectory, Path.DirectorySeparatorChar))
        {
            yield return ("CACHE_DIRECTORY", settings.CacheDirectory);
        }

        if (!IsWithin(settings.DataDirectory, settings.WarehouseDirectory, Path.DirectorySeparatorChar))
        {
            yield return ("ICEBERG_WAREHOUSE", settings.WarehouseDirectory);
        }
    }

    private static bool IsWithin(string outer, string inner, char separator)
    {
        var top = outer.TrimEnd(separator);
        return outer.Length == 0 || (inner.StartsWith(top, StringComparison.Ordinal) && (inner.Length == top.Length || inner[top.Length] == separator));
    }
}
