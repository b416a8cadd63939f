using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>The tables of <see cref="FixtureTests"/> in buckets, of which nothing is read in place: the same answers.</summary>
public class BucketFixtureTests(BucketFixtureGateway gateway) : IClassFixture<BucketFixtureGateway>
{
    private const string Elsewhere = "elsewhere";

    [SharedS3Theory]
    [MemberData(nameof(FixtureGateway.Names), MemberType = typeof(FixtureGateway))]
    public Task IcebergQuery_EachCase_GivesTheKnownAnswers(string name) => FixtureAnswers.AssertRightAsync(gateway, name);

    [SharedS3Fact]
    public void Registered_Tables_AreThoseOfTheBucket()
    {
        var registered = gateway.Registered.Split('\n').Where(line => line.Contains(": registered, ", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(registered);
        Assert.All(registered, line => Assert.Contains($", at {gateway.Place}/tables/", line, StringComparison.Ordinal));
    }

    /// <summary>The bucket is opened in the running gateway, by the maps of single tables. Some have deletes that name their files by the old locations.</summary>
    [SharedS3Theory]
    [InlineData("impala-identity-all-types")]
    [InlineData("impala-position-delete-one-row")]
    [InlineData("impala-both-equality-and-position-deletes")]
    [InlineData("impala-v3-deletion-vectors")]
    [InlineData("icebird-spark-position-delete")]
    public async Task Register_TableInAnotherBucket_GivesTheKnownAnswers(string name)
    {
        var item = FixtureGateway.Cases[name];
        var place = await gateway.UploadAsync(await gateway.Server.CreateBucketAsync(), item.GetProperty("path").GetString()!);

        var output = await RegisterAsync(name, place);

        Assert.Contains($"{Elsewhere}.{name}: registered, ", output, StringComparison.Ordinal);
        await FixtureAnswers.AssertRightAsync(gateway.Process, item, $"{Elsewhere}.\"{name}\"");
    }

    [SharedS3Fact]
    public async Task Register_BucketThatIsNot_SaysSo()
    {
        var output = await RegisterAsync("book-simple", "s3://no-such-bucket/fixtures");

        Assert.Contains("in s3://no-such-bucket: there is no such bucket.", output, StringComparison.Ordinal);
    }

    private async Task<string> RegisterAsync(string name, string place)
    {
        var (metadata, locationMap) = FixtureGateway.FilesOf(name, place);
        var maps = locationMap.SelectMany(entry => new[] { "--location-map", $"{entry.Key}={entry.Value}" });
        return (await gateway.Process.RunAsync(["register", "--namespace", Elsewhere, "--table", name, .. maps, metadata])).Output;
    }
}
