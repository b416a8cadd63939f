using FederatedQuery.Iceberg.Locations;

namespace FederatedQuery.Iceberg.Tests.Locations;

public class LocationMapTests
{
    private static readonly LocationMap Map = LocationMap.Of(
        ("s3://bucket/tables", "/data"),
        ("s3a://bucket/tables/events/", "s3://other/moved"),
        ("data/persistent/t", "/fixtures/t"),
        ("file://data/map", "/fixtures/map"));

    [Theory]
    [InlineData("s3://bucket/tables/x/a.parquet", "file:///data/x/a.parquet")]
    [InlineData("s3n://bucket/tables/x/a.parquet", "file:///data/x/a.parquet")]
    [InlineData("s3a://bucket/tables/events/a.parquet", "s3://other/moved/a.parquet")]
    [InlineData("s3://bucket/tables/events", "s3://other/moved")]
    [InlineData("s3://bucket/tables2/a.parquet", "s3://bucket/tables2/a.parquet")]
    [InlineData("data/persistent/t/metadata/v1.json", "file:///fixtures/t/metadata/v1.json")]
    [InlineData("file:/data/map/a", "file:///fixtures/map/a")]
    [InlineData("/else/a", "file:///else/a")]
    public void Apply_AnyLocation_FollowsTheLongestPrefixOfWholeSegments(string location, string expected) =>
        Assert.Equal(expected, Map.Apply(location));

    [Theory]
    [InlineData("", "/data", "FROM")]
    [InlineData("s3://", "/data", "FROM")]
    [InlineData("s3://bucket", "", "TO")]
    [InlineData("s3://bucket", "data/x", "must be absolute")]
    public void Of_PrefixThatIsNone_SaysWhatWouldBeRight(string from, string to, string reason)
    {
        var error = Assert.Throws<IcebergException>(() => LocationMap.Of((from, to)));

        Assert.Equal(IcebergErrorKind.InvalidValue, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SamePrefixTwice_NamesIt()
    {
        var error = Assert.Throws<IcebergException>(() => LocationMap.Of(("s3://b/t", "/a"), ("s3a://b/t/", "/b")));

        Assert.Contains("leads from 's3://b/t' to several places: 'file:///a', 'file:///b'", error.Message, StringComparison.Ordinal);
    }
}
