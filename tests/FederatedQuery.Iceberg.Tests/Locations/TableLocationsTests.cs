using System.Collections.Immutable;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Locations;

public sealed class TableLocationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/data/a.parquet")]
    [InlineData("//data/a.parquet")]
    public void Resolve_BelowTheTable_FindsTheFile(string rest)
    {
        var found = CreateSut().Resolve(At("events") + rest);

        Assert.Equal(Path.Combine(_folder.FullPath, "events", "data", "a.parquet"), found.TryGetLocalPath());
    }

    [Fact]
    public void Resolve_BelowAPathOfItsProperties_FindsTheFile()
    {
        var properties = ImmutableDictionary<string, string>.Empty.Add("write.data.path", At("fast") + "/");

        var found = CreateSut(properties: properties).Resolve("file:" + At("fast") + "/a.parquet");

        Assert.Equal(Path.Combine(_folder.FullPath, "fast", "a.parquet"), found.TryGetLocalPath());
    }

    /// <summary>Another table's file, one whose folder's name begins alike, a file of the system, the parent's by way of dots.</summary>
    [Theory]
    [InlineData("{0}/payroll/data/a.parquet", IcebergErrorKind.InvalidFile)]
    [InlineData("{0}/events2/data/a.parquet", IcebergErrorKind.InvalidFile)]
    [InlineData("/etc/passwd", IcebergErrorKind.InvalidFile)]
    [InlineData("", IcebergErrorKind.InvalidFile)]
    [InlineData("s3://bucket/events/a.parquet", IcebergErrorKind.InvalidFile)]
    public void Resolve_Elsewhere_IsRefusedByName(string location, IcebergErrorKind kind)
    {
        var named = string.Format(null, location, _folder.FullPath);

        var error = Assert.Throws<IcebergException>(() => CreateSut().Resolve(named));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_DotsInThePath_IsRefused() =>
        Assert.Throws<ObjectStoreException>(() => CreateSut().Resolve(At("events") + "/../payroll/a.parquet"));

    [Fact]
    public void Resolve_LocationOutsideOfTheStores_IsRefusedThoughItIsTheTables()
    {
        var table = Table("/etc", ImmutableDictionary<string, string>.Empty);
        var locations = TableLocations.Of(ObjectStoreRegistry.ForFolder(_folder.FullPath, TimeProvider.System), table, LocationMap.Empty, null);

        Assert.Throws<ObjectStoreException>(() => locations.Resolve("/etc/passwd"));
    }

    [Fact]
    public void Resolve_Mapped_FindsTheFileAndSaysBothNamesWhereItIsRefused()
    {
        var map = LocationMap.Of(("s3://old/events", At("events")), ("s3://old/payroll", At("events/more")));
        var sut = CreateSut(map);

        Assert.Equal(Path.Combine(_folder.FullPath, "events", "a.parquet"), sut.Resolve("s3a://old/events/a.parquet").TryGetLocalPath());
        Assert.Equal(sut.Normalize(At("events") + "/a.parquet"), sut.Normalize("s3a://old/events/a.parquet"));
        Assert.Contains("'s3://old/x'", Assert.Throws<IcebergException>(() => sut.Resolve("s3://old/x")).Message, StringComparison.Ordinal);
    }

    private string At(string name) => $"{_folder.FullPath}/{name}";

    private TableLocations CreateSut(LocationMap? map = null, ImmutableDictionary<string, string>? properties = null) => TableLocations.Of(
        ObjectStoreRegistry.ForFolder(_folder.FullPath, TimeProvider.System),
        Table(At("events"), properties ?? ImmutableDictionary<string, string>.Empty),
        map ?? LocationMap.Empty,
        metadataLocation: null);

    private static TableMetadata Table(string location, ImmutableDictionary<string, string> properties) => TableMetadataChanges.Create(
        Guid.NewGuid(), location, CatalogFixture.EventsSchema, CatalogFixture.ByDay, SortOrder.Unsorted, properties, 0);
}
