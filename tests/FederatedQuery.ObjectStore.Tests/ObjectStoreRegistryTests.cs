using FederatedQuery.ObjectStore.Local;

namespace FederatedQuery.ObjectStore.Tests;

public class ObjectStoreRegistryTests
{
    private static readonly IObjectStore Data = new LocalObjectStore("/data", TimeProvider.System);
    private static readonly IObjectStore Bucket = new LocalObjectStore("/bucket", TimeProvider.System);
    private static readonly IObjectStore Deep = new LocalObjectStore("/deep", TimeProvider.System);

    [Theory]
    [InlineData("file:///data/a/b.parquet", "/data/a/b.parquet")]
    [InlineData("file:/data/a/b.parquet", "/data/a/b.parquet")]
    [InlineData("/data/a/b.parquet", "/data/a/b.parquet")]
    [InlineData("s3://logs/a", "/bucket/a")]
    [InlineData("s3a://logs/a//b", null)]
    [InlineData("S3N://logs/a%20b", "/bucket/a%20b")]
    [InlineData("s3://logs/deep/x", "/deep/moved/x")]
    [InlineData("s3://logs/deeper/x", "/bucket/deeper/x")]
    [InlineData("data/persistent/t/x", "/deep/t/x")]
    [InlineData("hdfs://host:8020/w/x", "/deep/w/x")]
    [InlineData("s3://logs2/a", null)]
    [InlineData("s3://logs", null)]
    [InlineData("/data/../etc/passwd", null)]
    [InlineData("/etc/passwd", null)]
    public void Resolve_Location_GivesStoreAndKey(string location, string? expected)
    {
        var registry = new ObjectStoreRegistry(
            new("/data", Data), new("s3://logs/", Bucket), new("s3://logs/deep", Deep, "moved"),
            new("data/persistent/t", Deep, "t"), new("hdfs://host:8020/w", Deep, "w"));

        if (expected is null)
        {
            var exception = Assert.Throws<ObjectStoreException>(() => registry.Resolve(location));
            Assert.Equal(ObjectStoreErrorKind.InvalidLocation, exception.Kind);
        }
        else
        {
            Assert.Equal(expected, registry.Resolve(location).TryGetLocalPath());
        }
    }

    [Fact]
    public void Resolve_UnknownLocation_NamesTheRegistered()
    {
        var registry = new ObjectStoreRegistry(new ObjectStoreRegistry.Root("s3://logs", Bucket));

        var exception = Assert.Throws<ObjectStoreException>(() => registry.Resolve("gs://x/y"));

        Assert.Equal("The location 'gs://x/y' belongs to no registered store. Registered: 's3://logs'.", exception.Message);
    }

    [Fact]
    public void ForFolder_Path_ResolvesBelowIt()
    {
        var registry = ObjectStoreRegistry.ForFolder("/data/warehouse", TimeProvider.System);

        Assert.Equal("db/t/metadata/x.json", registry.Resolve("file:/data/warehouse/db/t/metadata/x.json").Key);
    }
}
