using FederatedQuery.Iceberg.Catalogs.Rest;

namespace FederatedQuery.Gateway.Tests.Settings;

public class RestCatalogReaderTests
{
    private static readonly (string Name, string? Value)[] Rest = [("ICEBERG_CATALOG", "rest"), ("ICEBERG_REST_URI", "https://catalog.example.com/api/catalog")];

    [Fact]
    public void Read_OAuth2_IsTaken()
    {
        var catalog = TestSettings.ReadRight(
        [
            .. Rest, ("ICEBERG_WAREHOUSE", "lake"), ("ICEBERG_REST_CREDENTIAL", "me:top:secret"), ("ICEBERG_REST_SCOPE", "PRINCIPAL_ROLE:ALL"),
            ("ICEBERG_REST_OAUTH2_URI", "https://login.example.com/token"),
        ]).RestCatalog!;

        Assert.Equal((new Uri("https://catalog.example.com/api/catalog"), "lake"), (catalog.Uri, catalog.Warehouse));
        Assert.Equal(
            [
                (RestCatalogProperties.Credential, "me:top:secret"), (RestCatalogProperties.OAuth2ServerUri, "https://login.example.com/token"),
                (RestCatalogProperties.Scope, "PRINCIPAL_ROLE:ALL"),
            ],
            catalog.Properties.Select(property => (property.Key, property.Value)).Order());
        Assert.DoesNotContain("secret", catalog.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoColon_IsABearerToken() => Assert.Equal(
        "eyJhbGciOi.J9._-~+/=", TestSettings.ReadRight([.. Rest, ("ICEBERG_REST_CREDENTIAL", "eyJhbGciOi.J9._-~+/=")]).RestCatalog!.Properties[RestCatalogProperties.Token]);

    [Fact]
    public void Read_S3Tables_AreSignedForAndNamedByTheirBucket()
    {
        var settings = TestSettings.ReadRight(
            [.. Rest, ("S3_TABLE_BUCKET", "arn:aws:s3tables:eu-west-1:123456789012:bucket/lake"), ("ICEBERG_REST_SIGNING_NAME", "s3tables"), ("AWS_REGION", "eu-west-1")]);

        Assert.Null(settings.Bucket);
        Assert.Equal("arn:aws:s3tables:eu-west-1:123456789012:bucket/lake", settings.RestCatalog!.Warehouse);
        Assert.Equal(
            [(RestCatalogProperties.SigningName, "s3tables"), (RestCatalogProperties.SigningRegion, "eu-west-1"), (RestCatalogProperties.SigV4Enabled, "true")],
            settings.RestCatalog.Properties.Select(property => (property.Key, property.Value)).Order());
    }

    [Theory]
    [InlineData("/data/warehouse", "/data/warehouse")]
    [InlineData("file:///data/warehouse", "/data/warehouse")]
    [InlineData("s3://bucket/warehouse", null)]
    [InlineData("lake", null)]
    public void WarehouseDirectory_FolderOfTheCatalog_IsRead(string warehouse, string? folder)
    {
        var settings = TestSettings.ReadRight([.. Rest, ("ICEBERG_WAREHOUSE", warehouse)]);

        Assert.Equal(folder ?? Path.Combine(settings.DataDirectory, "warehouse"), settings.WarehouseDirectory);
    }

    [Theory]
    [InlineData("ICEBERG_REST_URI", " ", "ICEBERG_REST_URI is not set; with ICEBERG_CATALOG=rest it must be the address of the catalog, such as https://catalog.example.com/api/catalog.")]
    [InlineData("ICEBERG_REST_URI", "catalog", "ICEBERG_REST_URI is 'catalog'; it must be an address such as https://s3.example.com:9000.")]
    [InlineData("ICEBERG_REST_SCOPE", "all", "ICEBERG_REST_SCOPE is set; it is for OAuth2, where ICEBERG_REST_CREDENTIAL must be id:secret.")]
    [InlineData("ICEBERG_REST_SIGNING_NAME", "s3", "ICEBERG_REST_SIGNING_NAME is 's3'; it must be one of glue, s3tables, execute-api.")]
    public void Read_Wrong_IsReported(string name, string value, string error)
    {
        var (settings, errors) = TestSettings.Read([.. Rest.Where(setting => setting.Name != name), (name, value)]);

        Assert.Null(settings);
        Assert.Equal([error], errors);
    }

    [Fact]
    public void Read_CredentialAndSignature_IsReportedWithoutTheSecret()
    {
        var (_, errors) = TestSettings.Read([.. Rest, ("ICEBERG_REST_CREDENTIAL", "me:secret"), ("ICEBERG_REST_SIGNING_NAME", "glue")]);

        Assert.Equal(
            ["ICEBERG_REST_CREDENTIAL and ICEBERG_REST_SIGNING_NAME are both set; requests carry a token or a signature, so one of them must be empty."], errors);
    }

    [Fact]
    public void Read_AddressWithUser_IsReportedWithoutIt()
    {
        var (_, errors) = TestSettings.Read(("ICEBERG_CATALOG", "rest"), ("ICEBERG_REST_URI", "https://me:secret@catalog.example.com/"));

        Assert.Contains("catalog.example.com", Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", errors[0], StringComparison.Ordinal);
    }
}
