using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Spec;

/// <summary>A history of snapshots 1 to 5 on main, one a day; 11 and 12 branch off at 2.</summary>
public class SnapshotExpiryTests
{
    private const long Day = 86_400_000;
    private static readonly long Now = 10 * Day;

    [Theory]
    [InlineData(2, 1, "5,12")] // all too old: the heads stay
    [InlineData(2, 3, "2,3,4,5,11,12")] // 12, 11 and 2 are the last three of the branch
    [InlineData(7, 1, "3,4,5,11,12")]
    [InlineData(100, 1, "1,2,3,4,5,11,12")]
    public void WithoutExpired_Branches_KeepTheirLastAndYoungSnapshots(int maxAgeDays, int minKept, string kept)
    {
        var table = History().WithoutExpired(Now, maxAgeDays * Day, minKept);

        Assert.Equal(kept, string.Join(',', table.Snapshots.Select(snapshot => snapshot.SnapshotId).Order()));
        Assert.Equal(5, table.CurrentSnapshotId);
        Assert.Equal(table.ToJson().ToArray(), TableMetadata.Parse(table.ToJson()).ToJson().ToArray());
    }

    [Fact]
    public void WithoutExpired_LimitsOfReferencesAndTable_Count()
    {
        var table = History()
            .WithProperties([new("history.expire.max-snapshot-age-ms", $"{1 * Day}"), new("history.expire.min-snapshots-to-keep", "2")])
            .WithRef("first", SnapshotRef.Tag(1), Now)
            .WithRef("old", SnapshotRef.Tag(2) with { MaxRefAgeMs = 7 * Day }, Now)
            .WithRef("side", SnapshotRef.Branch(12) with { MinSnapshotsToKeep = 1 }, Now)
            .WithoutExpired(Now);

        Assert.Equal("1,4,5,12", string.Join(',', table.Snapshots.Select(snapshot => snapshot.SnapshotId).Order()));
        Assert.Equal(["first", "main", "side"], table.Refs.Keys);
    }

    [Fact]
    public void WithoutExpired_NothingExpired_IsTheSameTable()
    {
        var table = History();

        Assert.Same(table, table.WithoutExpired(Now, maxSnapshotAgeMs: 100 * Day));
    }

    [Fact]
    public void WithoutExpired_NeededSnapshots_Stay()
    {
        var table = History().WithoutExpired(Now, maxSnapshotAgeMs: Day, minSnapshotsToKeep: 1, new HashSet<long> { 2, 99 });

        Assert.Equal("2,5,12", string.Join(',', table.Snapshots.Select(snapshot => snapshot.SnapshotId).Order()));
    }

    [Theory]
    [InlineData(10, "5,12")]
    [InlineData(5, "5,12")]
    [InlineData(4, "4,5,12")] // 4 was current until day 5, 11 was the branch's until day 4
    [InlineData(3, "3,4,5,11,12")]
    [InlineData(0, "1,2,3,4,5,11,12")]
    public void SnapshotsReadSince_Day_GivesWhatWasCurrentThenOrLater(int day, string expected)
    {
        Assert.Equal(expected, string.Join(',', History().SnapshotsReadSince(day * Day).Order()));
    }

    [Fact]
    public void SnapshotsReadSince_RolledBack_GivesWhatWasCurrentInBetween()
    {
        var table = History().WithRef("main", SnapshotRef.Branch(3), 9 * Day);

        Assert.Equal("3,5,12", string.Join(',', table.SnapshotsReadSince((8 * Day) + 1).Order()));
        Assert.Equal("3,12", string.Join(',', table.SnapshotsReadSince(9 * Day).Order()));
    }

    private static TableMetadata History()
    {
        var table = TableMetadataChanges.Create(
            Guid.Empty, "s3://b/t", new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)), PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], nowMs: 0);
        foreach (var (id, parent, day) in new (long, long?, int)[] { (1, null, 1), (2, 1, 2), (3, 2, 3), (11, 2, 3), (4, 3, 4), (12, 11, 4), (5, 4, 5) })
        {
            table = table.WithSnapshot(new Snapshot
            {
                SnapshotId = id,
                ParentSnapshotId = parent,
                SequenceNumber = table.LastSequenceNumber + 1,
                TimestampMs = day * Day,
                ManifestList = $"s3://b/t/metadata/{id}.avro",
                Summary = ImmutableDictionary<string, string>.Empty.Add("operation", "append"),
                SchemaId = 0,
            });
            table = table.WithRef(id > 10 ? "side" : "main", SnapshotRef.Branch(id), day * Day);
        }

        return table;
    }
}
