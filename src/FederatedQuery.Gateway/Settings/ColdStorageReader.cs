using FederatedQuery.Cold;
using FederatedQuery.Cold.Analytics;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore.S3;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Reads where the cold tables are, who else is to know of them, and by what they are read.</summary>
internal sealed class ColdStorageReader(CheckedValues values)
{
    private readonly bool _isRest = values.OneOf("ICEBERG_CATALOG", "sql", ["sql", "rest"]) == "rest";

    /// <summary>COLD_READER, and the folder of DuckDB's extensions.</summary>
    public (ColdReader Reader, string Extensions) Reader()
    {
        var reader = values.OneOf("COLD_READER", "native", ["native", "extension"]) == "extension" ? ColdReader.Extension : ColdReader.Native;
        var extensions = values.Text("DUCKDB_EXTENSION_DIRECTORY") is { } directory ? Path.GetFullPath(directory) : "";
        if (reader == ColdReader.Extension && (_isRest || values.Text("S3_TABLE_BUCKET") is not null))
        {
            values.Wrong("COLD_READER", "extension", $"native while {(_isRest ? "ICEBERG_CATALOG is rest" : "S3_TABLE_BUCKET is set")}: the extension would need credentials of its own");
        }

        if (reader == ColdReader.Extension && extensions.Length == 0)
        {
            values.Error("DUCKDB_EXTENSION_DIRECTORY is not set; with COLD_READER=extension it must name the folder that holds DuckDB's iceberg extension.");
        }

        return (reader, extensions);
    }

    /// <returns>Null: the catalog is in PostgreSQL, or what names the other is wrong.</returns>
    public RestCatalogOptions? RestCatalog() => _isRest ? new RestCatalogReader(values, "ICEBERG_REST", "ICEBERG_WAREHOUSE").Read() : null;

    /// <summary>What all buckets have in common.</summary>
    public S3Options Buckets() => new()
    {
        Bucket = "any",
        Endpoint = values.HttpAddress("S3_ENDPOINT"),
        Region = values.Text("AWS_REGION"),
        MaxRetries = values.Integer("MAX_RETRIES", 3, 0, 20),
        MaxRetryDelay = TimeSpan.FromSeconds(values.Integer("RETRY_DELAY", 5, 1, 300)),
    };

    /// <returns>Null: cold tables are in files, or where a REST catalog says.</returns>
    public BucketSettings? Bucket(S3Options buckets)
    {
        if (values.Text("S3_TABLE_BUCKET") is not { } text || (_isRest && RestCatalogReader.IsArn(text)))
        {
            return null;
        }

        if (RestCatalogReader.IsArn(text))
        {
            values.Wrong("S3_TABLE_BUCKET", text, "the name of a bucket or s3://bucket/prefix while ICEBERG_CATALOG is sql: S3 Tables are reached by their REST catalog");
            return null;
        }

        if (BucketSettings.TryParse(text) is not { } bucket)
        {
            values.Wrong("S3_TABLE_BUCKET", text, "the name of a bucket such as my-tables, or s3://my-tables/prefix");
            return null;
        }

        return bucket with { Options = buckets with { Bucket = bucket.Options.Bucket } };
    }

    /// <returns>Null: switched off.</returns>
    public AnalyticsSettings? Analytics()
    {
        if (!values.Boolean("ANALYTICS_INTEGRATION_ENABLED", false))
        {
            return null;
        }

        var (glue, isForSagemaker) = (values.Text("GLUE_CATALOG_ID"), values.Boolean("SAGEMAKER_INTEGRATION", false));
        var isRest = values.Text("ANALYTICS_REST_URI") is not null;
        if (glue is null == !isRest)
        {
            values.Error(isRest
                ? "ANALYTICS_REST_URI and GLUE_CATALOG_ID are both set; with ANALYTICS_INTEGRATION_ENABLED=true one of them says where the tables are registered."
                : "GLUE_CATALOG_ID is not set; with ANALYTICS_INTEGRATION_ENABLED=true it must be the id of the Glue catalog (the AWS account's number), or ANALYTICS_REST_URI the address of another catalog.");
        }

        if (glue is not null && values.Text("AWS_REGION") is null)
        {
            values.Error("AWS_REGION is not set; with GLUE_CATALOG_ID it must be the region of the Glue catalog, such as eu-central-1.");
        }

        if (glue is not null && !glue.All(char.IsAsciiDigit))
        {
            values.Wrong("GLUE_CATALOG_ID", glue, "the number of an AWS account, such as 123456789012");
        }

        if (isForSagemaker && isRest)
        {
            values.Wrong("SAGEMAKER_INTEGRATION", "true", "false with ANALYTICS_REST_URI: SageMaker finds tables in Glue's catalog, which GLUE_CATALOG_ID names");
        }

        return new AnalyticsSettings(
            new AnalyticsCatalogOptions
            {
                Rest = isRest ? new RestCatalogReader(values, "ANALYTICS_REST", "ANALYTICS_REST_WAREHOUSE").Read() : null,
                GlueCatalogId = glue,
                GlueEndpoint = values.HttpAddress("GLUE_ENDPOINT"),
            },
            isForSagemaker);
    }
}
