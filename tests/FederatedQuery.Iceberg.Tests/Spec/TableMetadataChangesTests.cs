using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class TableMetadataChangesTests
{
    private const long Now = 1_700_000_000_000;

    private static readonly Schema Columns = new(
        7,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "name", IcebergType.String));

    [Fact]
    public void Create_AnyTable_IsWrittenAndReadBackTheSame()
    {
        var metadata = CreateTable();

        var again = TableMetadata.Parse(metadata.ToJson());

        Assert.Equal(metadata.ToJson().ToArray(), again.ToJson().ToArray());
        Assert.Equal((2, "s3://bucket/t", 3, 0L), (again.FormatVersion, again.Location, again.LastColumnId, again.LastSequenceNumber));
        Assert.Equal(Columns.WithSchemaId(0), again.CurrentSchema);
        Assert.Equal("spec 0: [1000: at_day: day(2)]", again.DefaultSpec.ToString());
        Assert.Equal("order 1: [identity(2) asc nulls-last]", again.DefaultSortOrder.ToString());
        Assert.Equal((1000, Now, null), (again.LastPartitionId, again.LastUpdatedMs, again.CurrentSnapshotId));
        Assert.Equal("zstd", again.Properties["write.parquet.compression-codec"]);
    }

    [Fact]
    public void WithSnapshot_ThenMain_MakesItCurrentAndLogsIt()
    {
        var first = Append(CreateTable(), long.MaxValue - 1, null, Now + 10);
        var second = Append(first, 9007199254740993, long.MaxValue - 1, Now + 20);

        var again = TableMetadata.Parse(second.ToJson());

        Assert.Equal(9007199254740993, again.CurrentSnapshotId);
        Assert.Equal([new(Now + 10, long.MaxValue - 1), new(Now + 20, 9007199254740993)], again.SnapshotLog.AsEnumerable());
        Assert.Equal((2L, Now + 20), (again.LastSequenceNumber, again.LastUpdatedMs));
        Assert.Equal(SnapshotRef.Branch(9007199254740993), again.Refs["main"]);
        Assert.Equal(long.MaxValue - 1, again.FindSnapshotAsOf(Now + 19)!.SnapshotId);
        Assert.Null(again.FindSnapshotAsOf(Now + 9));
        Assert.Equal([9007199254740993, long.MaxValue - 1], again.AncestorsOf(9007199254740993).Select(s => s.SnapshotId));
        Assert.Equal(second.Snapshots.AsEnumerable(), again.Snapshots);
    }

    public static TheoryData<Snapshot, string> BadSnapshots() => new()
    {
        { NewSnapshot(1, 2, null), "the table has a snapshot of that id already" },
        { NewSnapshot(2, 1, 1), "its sequence number is 1, not above the table's last one, 1" },
        { NewSnapshot(2, 2, 99), "its parent 99 is not a snapshot of the table" },
        { NewSnapshot(2, 2, 1) with { ManifestList = null }, "it has no manifest list" },
        { NewSnapshot(2, 2, 1) with { Summary = ImmutableDictionary<string, string>.Empty }, "its summary has no operation" },
        { NewSnapshot(2, 2, 1) with { SchemaId = 5 }, "the table has no schema 5" },
    };

    [Theory]
    [MemberData(nameof(BadSnapshots))]
    public void WithSnapshot_AgainstARule_IsRefused(Snapshot snapshot, string problem)
    {
        var metadata = Append(CreateTable(), 1, null, Now);

        var error = Assert.Throws<IcebergException>(() => metadata.WithSnapshot(snapshot));

        Assert.Equal($"Cannot add snapshot {snapshot.SnapshotId} to table 's3://bucket/t': {problem}.", error.Message);
    }

    public static TheoryData<string, SnapshotRef, string> BadRefs() => new()
    {
        { "b", SnapshotRef.Branch(9), "the table has no snapshot 9" },
        { "main", SnapshotRef.Tag(1), "it must be a branch" },
        { "main", SnapshotRef.Branch(1) with { MaxRefAgeMs = 5 }, "it never expires, so it takes no 'max-ref-age-ms'" },
        { "t", SnapshotRef.Tag(1) with { MinSnapshotsToKeep = 5 }, "a tag takes neither 'min-snapshots-to-keep' nor 'max-snapshot-age-ms'" },
        { "b", SnapshotRef.Branch(1) with { MaxSnapshotAgeMs = 0 }, "its limits must be positive" },
        { "release", SnapshotRef.Branch(1), "it is a tag already" },
    };

    [Theory]
    [MemberData(nameof(BadRefs))]
    public void WithRef_AgainstARule_IsRefused(string name, SnapshotRef reference, string problem)
    {
        var metadata = Append(CreateTable(), 1, null, Now).WithRef("release", SnapshotRef.Tag(1), Now);

        var error = Assert.Throws<IcebergException>(() => metadata.WithRef(name, reference, Now));

        Assert.Equal($"Cannot set the reference '{name}' of table 's3://bucket/t': {problem}.", error.Message);
    }

    [Fact]
    public void WithoutSnapshots_Expired_CutsTheSnapshotLogAfterTheLastGap()
    {
        var metadata = CreateTable();
        for (var id = 1; id <= 4; id++)
        {
            metadata = Append(metadata, id, id == 1 ? null : id - 1, Now + id);
        }

        metadata = metadata.WithRef("keep", SnapshotRef.Tag(1), Now);
        var expired = metadata.WithoutSnapshots([2]);

        Assert.Equal([1, 3, 4], expired.Snapshots.Select(s => s.SnapshotId));
        Assert.Equal([3, 4], expired.SnapshotLog.Select(e => e.SnapshotId));
        Assert.Equal(expired.ToJson().ToArray(), TableMetadata.Parse(expired.ToJson()).ToJson().ToArray());
        Assert.Equal(
            "Cannot expire snapshot 1 of table 's3://bucket/t': the reference 'keep' points to it.",
            Assert.Throws<IcebergException>(() => metadata.WithoutSnapshots([1])).Message);
    }

    [Fact]
    public void WithoutRef_Main_LeavesNoCurrentSnapshot()
    {
        var metadata = Append(CreateTable(), 1, null, Now).WithoutRef("main");

        Assert.Null(TableMetadata.Parse(metadata.ToJson()).CurrentSnapshot);
        Assert.Empty(metadata.SnapshotLog);
        Assert.Single(metadata.Snapshots);
    }

    [Fact]
    public void PrepareCommit_MoreVersionsThanKept_DropsTheOldestLogEntries()
    {
        var metadata = CreateTable().WithProperties([new(TableProperties.MetadataPreviousVersionsMax, "2")]);
        for (var version = 0; version < 4; version++)
        {
            metadata = metadata.PrepareCommit(metadata, $"v{version}.metadata.json", Now + version);
        }

        Assert.Equal([new(Now + 1, "v2.metadata.json"), new(Now + 2, "v3.metadata.json")], metadata.MetadataLog.AsEnumerable());
        Assert.Equal(Now + 3, metadata.LastUpdatedMs);
        Assert.Equal(Now + 3, metadata.PrepareCommit(metadata, "v4.metadata.json", Now - 1000).LastUpdatedMs);
        Assert.Equal(
            "The table property 'write.metadata.previous-versions-max' is 'many'; an int is expected.",
            Assert.Throws<IcebergException>(() => metadata.WithProperties([new(TableProperties.MetadataPreviousVersionsMax, "many")])
                .PrepareCommit(metadata, "v5.metadata.json", Now)).Message);
    }

    [Fact]
    public void WithCurrentSchema_NewAndFormerColumns_GetNewAndFormerIds()
    {
        var metadata = CreateTable();
        var wider = new Schema(0, Columns.Fields.Add(NestedField.OptionalField(4, "extra", IcebergType.Int)));

        var evolved = metadata.WithCurrentSchema(wider);
        var back = evolved.WithCurrentSchema(Columns);

        Assert.Equal((1, 4, 2), (evolved.CurrentSchemaId, evolved.LastColumnId, evolved.Schemas.Length));
        Assert.Equal((0, 4, 2), (back.CurrentSchemaId, back.LastColumnId, back.Schemas.Length));
        Assert.Equal(
            "Cannot write with the partition field 'at_day': the schema has no field 2.",
            Assert.Throws<IcebergException>(() => metadata.WithCurrentSchema(new Schema(0, Columns.Fields[0]))).Message);
        Assert.Equal(
            "Column 'ns' is of type timestamp_ns, which needs format version 3; the table is of version 2.",
            Assert.Throws<IcebergException>(() => metadata.WithCurrentSchema(
                new Schema(0, Columns.Fields.Add(NestedField.OptionalField(4, "ns", IcebergType.TimestampNs))))).Message);
    }

    [Fact]
    public void WithDefaultPartitionSpec_FieldsKnownBefore_KeepTheirIds()
    {
        var metadata = CreateTable();

        var evolved = metadata.WithDefaultPartitionSpec(new PartitionSpec(
            0, new PartitionField(1, 5000, "id_bucket", Transform.Bucket(8)), new PartitionField(2, 5001, "at_day", Transform.Day)));
        var back = evolved.WithDefaultPartitionSpec(new PartitionSpec(9, new PartitionField(2, 1, "at_day", Transform.Day)));

        Assert.Equal("spec 1: [1001: id_bucket: bucket[8](1); 1000: at_day: day(2)]", evolved.DefaultSpec.ToString());
        Assert.Equal((1001, 0, 2), (back.LastPartitionId, back.DefaultSpecId, back.PartitionSpecs.Length));
    }

    public static TheoryData<PartitionField, string> BadPartitionFields() => new()
    {
        { new(9, 0, "p", Transform.Day), "Cannot write with the partition field 'p': the schema has no field 9." },
        { new(3, 0, "p", Transform.Day), "Cannot write with the partition field 'p': the transform 'day' does not apply to the column 'name' of type string." },
        { new(3, 0, "p", new UnknownTransform("zorder")), "Cannot write with the partition field 'p': the transform 'zorder' is not known." },
        { new(3, 0, "name", Transform.Truncate(1)),
            "The partition field 'name' (truncate[1]) has the name of a column; only an identity of that column may." },
    };

    [Theory]
    [MemberData(nameof(BadPartitionFields))]
    public void WithDefaultPartitionSpec_FieldThatCannotBe_IsRefused(PartitionField added, string message) => Assert.Equal(
        message, Assert.Throws<IcebergException>(() => CreateTable().WithDefaultPartitionSpec(new PartitionSpec(0, added))).Message);

    [Fact]
    public void WithDefaultSortOrder_UnsortedAfterSorted_IsOrderZero()
    {
        var unsorted = CreateTable().WithDefaultSortOrder(SortOrder.Unsorted);

        Assert.Equal((0, 2), (unsorted.DefaultSortOrderId, unsorted.SortOrders.Length));
        Assert.Equal(1, unsorted.WithDefaultSortOrder(Order()).DefaultSortOrderId);
        Assert.Equal(
            "The sort order cannot apply 'day' to the column 'name' of type string.",
            Assert.Throws<IcebergException>(() => unsorted.WithDefaultSortOrder(
                new SortOrder(1, new SortField(3, Transform.Day, SortDirection.Ascending, NullOrder.NullsFirst)))).Message);
    }

    [Fact]
    public void ToJson_FieldsOfOtherWriters_AreKept()
    {
        var text = System.Text.Encoding.UTF8.GetString(CreateTable().ToJson().Span);
        var extended = text[..^1] + ",\"encryption-keys\":[{\"key-id\":\"5f819b\",\"key-metadata\":\"aWNl\"}],\"x-other\":12345678901234567890123}";

        var metadata = TableMetadata.Parse(System.Text.Encoding.UTF8.GetBytes(extended));

        Assert.Equal(extended, System.Text.Encoding.UTF8.GetString(metadata.ToJson().Span));
    }

    [Fact]
    public void ToJson_Version1_IsRefusedUntilUpgraded()
    {
        var metadata = CreateTable() with { FormatVersion = 1, TableUuid = null, SortOrders = [], DefaultSortOrderId = 0 };

        Assert.Equal(
            "Table 's3://bucket/t' is of format version 1, which is read but not written. Upgrade it to version 2 first.",
            Assert.Throws<IcebergException>(() => metadata.ToJson()).Message);
        Assert.Equal(2, TableMetadata.Parse(metadata.UpgradedToVersion2(Guid.Empty).ToJson()).FormatVersion);
    }

    private static TableMetadata CreateTable() => TableMetadataChanges.Create(
        new Guid("9c12d441-03fe-4693-9a96-a0705ddf69c1"),
        "s3://bucket/t/",
        Columns,
        new PartitionSpec(3, new PartitionField(2, 77, "at_day", Transform.Day)),
        Order(),
        [new("write.parquet.compression-codec", "zstd")],
        Now);

    private static SortOrder Order() => new(5, new SortField(2, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));

    private static TableMetadata Append(TableMetadata metadata, long id, long? parent, long timestampMs) => metadata
        .WithSnapshot(NewSnapshot(id, metadata.LastSequenceNumber + 1, parent) with { TimestampMs = timestampMs })
        .WithRef("main", SnapshotRef.Branch(id), timestampMs);

    private static Snapshot NewSnapshot(long id, long sequenceNumber, long? parent) => new()
    {
        SnapshotId = id,
        ParentSnapshotId = parent,
        SequenceNumber = sequenceNumber,
        TimestampMs = Now,
        ManifestList = $"s3://bucket/t/metadata/snap-{id}.avro",
        Summary = ImmutableDictionary<string, string>.Empty.Add("operation", "append"),
        SchemaId = 0,
    };
}
