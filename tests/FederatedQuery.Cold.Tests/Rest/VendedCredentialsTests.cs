using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold.Rest;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;

namespace FederatedQuery.Cold.Tests.Rest;

/// <summary>A table in a bucket that this process has no keys of its own for.</summary>
public class VendedCredentialsTests(S3Server s3) : IClassFixture<S3Server>
{
    [S3Fact]
    public async Task Table_InABucketOfTheCatalog_IsWrittenAndReadWithItsCredentials()
    {
        var bucket = await s3.CreateBucketAsync();
        using var owner = new S3ObjectStore(s3.OptionsFor(bucket), TimeProvider.System);
        await using var server = await TestRestServer.StartAsync(
            new ObjectStoreRegistry(new ObjectStoreRegistry.Root($"s3://{bucket}", owner)), $"s3://{bucket}/lake");
        var given = 0;
        server.Describe = table => new LoadTableResult
        {
            MetadataLocation = table.MetadataLocation,
            Metadata = table.Metadata,
            Config = ImmutableDictionary<string, string>.Empty.Add("s3.endpoint", s3.Endpoint.AbsoluteUri).Add("client.region", S3Server.Region),

            // The first ones have expired by the time they are used, and would be refused.
            StorageCredentials = [new StorageCredential($"s3://{bucket}/lake", ++given == 1 ? Keys("gone", "gone", hours: -1) : Keys(S3Server.AccessKey, S3Server.SecretKey, hours: 1))],
        };
        var template = new S3Options { Bucket = "any", Credentials = new Amazon.Runtime.BasicAWSCredentials("nobody", "nothing") };
        using var catalog = new RestCatalog(
            new RestCatalogOptions { Uri = server.Address, Storage = new S3TableStorage(template, TimeProvider.System, logger: null) }, new ObjectStoreRegistry(), TimeProvider.System);
        var identifier = new TableIdentifier("ns", "t");
        await catalog.CreateNamespaceAsync("ns", ImmutableDictionary<string, string>.Empty, default);
        await catalog.CreateTableAsync(identifier, new NewTable { Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)) }, default);

        var manifests = new ManifestCache(new ObjectStoreRegistry(), 1 << 20);
        var committer = new TableCommitter(new ObjectStoreRegistry(), manifests, new CommitOptions(), TimeProvider.System);
        foreach (var name in (string[])["a", "b"])
        {
            await committer.CommitAsync(catalog, identifier, [new AppendFiles([File($"s3://{bucket}/lake/{name}.parquet")])], default);
        }

        var table = await catalog.LoadTableAsync(identifier, default);
        var plan = await new ScanPlanner(manifests).PlanAsync(TableScan.Of(table.Metadata) with { Locations = table.Locations }, default);
        Assert.Equal(2, plan.Tasks.Length);
        Assert.True(given > 1);
    }

    private static DataFile File(string path) => new()
    {
        FilePath = path,
        FileFormat = DataFile.Parquet,
        SpecId = 0,
        Partition = PartitionData.Empty,
        RecordCount = 1,
        FileSizeInBytes = 100,
    };

    private static ImmutableDictionary<string, string> Keys(string id, string secret, int hours) => ImmutableDictionary<string, string>.Empty
        .Add("s3.access-key-id", id)
        .Add("s3.secret-access-key", secret)
        .Add("s3.session-token-expires-at-ms", TimeProvider.System.GetUtcNow().AddHours(hours).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
}
