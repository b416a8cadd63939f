using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.S3.Model;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Gateway.Tests.Tenants;

/// <summary>Two tenants below one bucket, where one process' credentials reach all of it: neither gets at what is below the other's prefix.</summary>
public sealed class TenantBucketTests(TenantBucketTests.Gateway gateway) : IClassFixture<TenantBucketTests.Gateway>
{
    private const string Acme = TenantsGateway.Acme;
    private const string Beta = TenantsGateway.Beta;

    [S3Fact]
    public async Task Query_OfEachTenant_ReadsItsOwnPrefixAlone()
    {
        foreach (var (own, other) in new[] { (Acme, Beta), (Beta, Acme) })
        {
            var rows = await gateway.AskAsync(gateway.KeyOf(own), "{ icebergQuery(query: \"SELECT note FROM events\") { data } }");
            Assert.Contains(TenantsGateway.SecretOf(own), rows, StringComparison.Ordinal);
            Assert.DoesNotContain(TenantsGateway.SecretOf(other), rows, StringComparison.Ordinal);
            Assert.StartsWith($"s3://{gateway.Bucket}/{gateway.PrefixOf(own)}/default/events", await MetadataAsync(own), StringComparison.Ordinal);
        }
    }

    [S3Fact]
    public async Task Statement_ThatNamesFilesOfAnother_IsRefused()
    {
        var folder = $"s3://{gateway.Bucket}/{gateway.PrefixOf(Beta)}";
        var file = await DataFileAsync(Beta);
        string[] statements =
        [
            $"SELECT * FROM read_parquet('{file}')", $"SELECT * FROM '{file}'", $"SELECT * FROM read_parquet('{folder}/**/*.parquet')",
            $"SELECT * FROM read_parquet('{file.Replace("s3://", "s3a://", StringComparison.Ordinal)}')",
            $"SELECT * FROM read_parquet('{gateway.Endpoint}{file["s3://".Length..]}')",
            $"SELECT * FROM read_parquet('s3://{gateway.Bucket}/{gateway.PrefixOf(Acme)}/../{gateway.PrefixOf(Beta)}/{file[(folder.Length + 1)..]}')",
            $"SELECT * FROM iceberg_scan('{await MetadataAsync(Beta)}')", $"SELECT * FROM glob('{folder}/**')", $"SELECT * FROM read_text('{await MetadataAsync(Beta)}')", $"ATTACH '{folder}/x.db'",
        ];
        foreach (var (field, statement) in statements.SelectMany(sql => new[] { ("icebergQuery", sql), ("federatedQuery", sql) }))
        {
            var answer = await gateway.AskAsync(gateway.KeyOf(Acme), $"query ($sql: String!) {{ {field}(query: $sql) {{ data }} }}", new { sql = statement });
            Assert.Equal((statement, JsonValueKind.Null), (statement, JsonElement.Parse(answer).GetProperty("data").ValueKind));
            Assert.DoesNotContain(TenantsGateway.SecretOf(Beta), answer, StringComparison.Ordinal);
        }
    }

    [S3Fact]
    public async Task Catalog_GivenPlacesOfAnother_TakesNone()
    {
        var metadata = await MetadataAsync(Beta);
        string[] places =
        [
            metadata, metadata.Replace("s3://", "s3a://", StringComparison.Ordinal), gateway.Endpoint + metadata["s3://".Length..],
            metadata.Replace($"/{gateway.PrefixOf(Beta)}/", $"/{gateway.PrefixOf(Acme)}/../{gateway.PrefixOf(Beta)}/", StringComparison.Ordinal),
            metadata.Replace($"/{gateway.PrefixOf(Beta)}/", $"//{gateway.PrefixOf(Beta)}/", StringComparison.Ordinal),
        ];
        foreach (var place in places)
        {
            Assert.Equal((place, true), (place, await RegisterAsync("stolen", place) >= HttpStatusCode.BadRequest));
        }

        var schema = new { type = "struct", fields = new[] { new { id = 1, name = "id", type = "long", required = false } } };
        var location = metadata[..metadata.LastIndexOf("/metadata/", StringComparison.Ordinal)];
        Assert.True((await gateway.SendAsync(gateway.KeyOf(Acme), "POST", "/iceberg/v1/namespaces/default/tables", Json(new { name = "stolen", location, schema }))).Status >= HttpStatusCode.BadRequest);
        var (exitCode, output) = await gateway.Process.RunAsync("register", "--tenant", Acme, "--table", "stolen", metadata);
        Assert.True(exitCode != 0, output);
        Assert.Contains($"cannot be opened for a table: 's3://{gateway.Bucket}/{gateway.PrefixOf(Beta)}' is another tenant's.", output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(gateway.KeyOf(Acme), "GET", "/iceberg/v1/namespaces/default/tables/stolen")).Status);
    }

    [S3Fact]
    public async Task Table_WhoseMetadataLeadsToAnother_CannotBeRead()
    {
        // A metadata file of acme's own, such as a client with rights on its prefix may write, that lists beta's files.
        using var client = gateway.S3.CreateClient();
        var (from, key) = (await MetadataAsync(Beta), $"{gateway.PrefixOf(Acme)}/default/planted/metadata/00001-planted.metadata.json");
        using var read = await client.GetObjectAsync(gateway.Bucket, from[$"s3://{gateway.Bucket}/".Length..]);
        using var reader = new StreamReader(read.ResponseStream);
        var text = await reader.ReadToEndAsync();
        var folder = from[..from.LastIndexOf("/metadata/", StringComparison.Ordinal)];
        var planted = text.Replace($"\"location\":\"{folder}\"", $"\"location\":\"s3://{gateway.Bucket}/{gateway.PrefixOf(Acme)}/default/planted\"", StringComparison.Ordinal);
        Assert.NotEqual(text, planted);
        Assert.Contains(folder, planted, StringComparison.Ordinal);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = gateway.Bucket, Key = key, ContentBody = planted });

        var registered = await RegisterAsync("planted", $"s3://{gateway.Bucket}/{key}");
        foreach (var field in new[] { "icebergQuery", "federatedQuery" })
        {
            var answer = await gateway.AskAsync(gateway.KeyOf(Acme), $"{{ {field}(query: \"SELECT note FROM planted\") {{ data }} }}");
            Assert.Equal((registered, JsonValueKind.Null), (registered, JsonElement.Parse(answer).GetProperty("data").ValueKind));
            Assert.DoesNotContain(TenantsGateway.SecretOf(Beta), answer, StringComparison.Ordinal);
        }
    }

    private async Task<HttpStatusCode> RegisterAsync(string name, string metadata) =>
        (await gateway.SendAsync(gateway.KeyOf(Acme), "POST", "/iceberg/v1/namespaces/default/register", Json(new { name, metadata_location = metadata }))).Status;

    /// <summary>The metadata file of a tenant's table.</summary>
    private async Task<string> MetadataAsync(string tenant)
    {
        var (_, text) = await gateway.SendAsync(gateway.KeyOf(tenant), "GET", "/iceberg/v1/namespaces/default/tables/events");
        return JsonElement.Parse(text).GetProperty("metadata-location").GetString()!;
    }

    /// <summary>A data file of a tenant's.</summary>
    private async Task<string> DataFileAsync(string tenant)
    {
        using var client = gateway.S3.CreateClient();
        var all = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = gateway.Bucket, Prefix = gateway.PrefixOf(tenant) + "/" });
        return $"s3://{gateway.Bucket}/{all.S3Objects.First(file => file.Key.EndsWith(".parquet", StringComparison.Ordinal)).Key}";
    }

    private static StringContent Json(object value) =>
        new(JsonSerializer.Serialize(value).Replace("metadata_location", "metadata-location", StringComparison.Ordinal), Encoding.UTF8, "application/json");

    /// <summary>As <see cref="TenantsGateway"/>, with both warehouses in one bucket.</summary>
    public sealed class Gateway : TenantsGateway
    {
        public S3Server S3 { get; } = new();

        public string Bucket { get; private set; } = "";

        /// <summary>Ends with a slash.</summary>
        public string Endpoint => S3.Endpoint.AbsoluteUri;

        /// <summary>The one begins as the other does.</summary>
        public string PrefixOf(string tenant) => tenant == Acme ? "lake" : "lake2";

        public override async Task InitializeAsync()
        {
            if (S3Server.Missing is null)
            {
                await S3.InitializeAsync();
                Bucket = await S3.CreateBucketAsync();
                await base.InitializeAsync();
            }
        }

        public override Task DisposeAsync() => S3Server.Missing is null ? base.DisposeAsync() : Task.CompletedTask;

        protected override Task<Dictionary<string, string>> MoreAsync(string? tenant) =>
            Task.FromResult(tenant is null ? S3.SettingsFor("") : new Dictionary<string, string> { ["S3_TABLE_BUCKET"] = $"s3://{Bucket}/{PrefixOf(tenant)}" });
    }
}
