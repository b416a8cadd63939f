using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>Tables that other engines wrote, registered by the command line and asked over HTTP: the known right answers, or a clear error.</summary>
public class FixtureTests(LocalFixtureGateway gateway) : IClassFixture<LocalFixtureGateway>
{
    [SharedTheory]
    [MemberData(nameof(FixtureGateway.Names), MemberType = typeof(FixtureGateway))]
    public Task IcebergQuery_EachCase_GivesTheKnownAnswers(string name) => FixtureAnswers.AssertRightAsync(gateway, name);

    [SharedTheory]
    [MemberData(nameof(FixtureGateway.Names), MemberType = typeof(FixtureGateway))]
    public async Task IcebergTableStats_EachCase_AreThoseOfItsRows(string name)
    {
        // Rows of files that are absent or of other formats cannot be counted; the metrics of some were written before their name
        // mapping was edited.
        if (FixtureGateway.Cases[name].GetProperty("expect").GetString() == "rows"
            && name is not ("duckdb-name-mapping-dropped-readded" or "duckdb-name-mapping-v3.1" or "duckdb-name-mapping-v3.2"))
        {
            await FixtureFigures.AssertRightAsync(gateway, name);
        }
    }

    [SharedTheory]
    [InlineData("snapshotId: \"1\"", "has no snapshot 1.")]
    [InlineData("ref: \"dev\"", "has no branch or tag 'dev'; it has ")]
    [InlineData("asOf: \"2001-01-01T00:00:00Z\"", "has no snapshot as of 2001-01-01 00:00:00.000Z.")]
    [InlineData("ref: \"main\", snapshotId: \"1\"", "`snapshotId` and `ref` are given; give one of them, since each names a snapshot.")]
    [InlineData("snapshotId: \"first\"", "`snapshotId` is 'first'; it must be a whole number")]
    public async Task IcebergQuery_StateThatIsNot_IsABadArgument(string arguments, string reason)
    {
        var table = FixtureGateway.TableOf("cxx-branch-and-tag").Replace("\"", "\\\"", StringComparison.Ordinal);

        var response = await gateway.Process.QueryAsync($$"""{ icebergQuery(query: "SELECT count(*) FROM {{table}}", {{arguments}}) { data } }""");

        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal("BAD_ARGUMENT", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains(reason, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Snapshots_TableOfManyCommits_AreAllThereWithIdsInFull()
    {
        var table = (await gateway.Process.DataAsync(
            """{ table(name: "cxx-branch-and-tag", namespace: "fixtures") { dataSource snapshots { id committedAt operation summary } newest: snapshots(first: 1) { id } } }"""))
            .GetProperty("table");

        Assert.Equal("ICEBERG", table.GetProperty("dataSource").GetString());
        var snapshots = table.GetProperty("snapshots").EnumerateArray().ToList();
        Assert.Contains(snapshots, snapshot => snapshot.GetProperty("id").GetString() == "7558608030923099867");
        Assert.Equal(snapshots.OrderByDescending(snapshot => snapshot.GetProperty("committedAt").GetDateTimeOffset()), snapshots);
        Assert.All(snapshots, snapshot => Assert.Contains(snapshot.GetProperty("operation").GetString(), new[] { "append", "overwrite", "delete", "replace" }));
        Assert.All(snapshots, snapshot => Assert.True(snapshot.GetProperty("summary").TryGetProperty("total-data-files", out _)));
        Assert.Equal(snapshots[0].GetProperty("id").GetString(), Assert.Single(table.GetProperty("newest").EnumerateArray()).GetProperty("id").GetString());
    }
}
