using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Tests.Manifests;

public class ManifestCacheTests
{
    private readonly ManifestCache _cache = new(new ObjectStoreRegistry(), 1_000_000);

    [Fact]
    public async Task GetManifests_ListIsEncrypted_SaysSoBeforeReading()
    {
        var snapshot = new Snapshot { SnapshotId = 1, TimestampMs = 1, ManifestList = "s3://lake/t/snap-1.avro", KeyId = "5f819b" };

        await RefusedAsync(
            () => _cache.GetManifestsAsync(snapshot, CancellationToken.None),
            "The manifest list 's3://lake/t/snap-1.avro' is encrypted with the key '5f819b'; encrypted files are not read.");
    }

    [Fact]
    public async Task GetEntries_ManifestIsEncrypted_SaysSoBeforeReading()
    {
        var schema = new Schema(0, [NestedField.RequiredField(1, "id", IcebergType.Long)]);
        var table = TableMetadataChanges.Create(Guid.NewGuid(), "s3://lake/t", schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], nowMs: 0);
        var manifest = new ManifestFile
        {
            ManifestPath = "s3://lake/t/m0.avro",
            ManifestLength = 100,
            PartitionSpecId = 0,
            AddedSnapshotId = 1,
            KeyMetadata = new byte[] { 1 },
        };

        await RefusedAsync(
            () => _cache.GetEntriesAsync(table, manifest, CancellationToken.None),
            "The manifest 's3://lake/t/m0.avro' is encrypted; encrypted files are not read.");
    }

    private static async Task RefusedAsync(Func<Task> read, string message)
    {
        var error = await Assert.ThrowsAsync<IcebergException>(read);
        Assert.Equal((IcebergErrorKind.Unsupported, message), (error.Kind, error.Message));
    }
}
