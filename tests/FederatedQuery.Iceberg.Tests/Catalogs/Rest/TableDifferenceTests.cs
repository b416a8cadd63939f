using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest;

public class TableDifferenceTests
{
    private static readonly TableMetadata Empty = TableMetadataChanges.Create(
        Guid.NewGuid(), "/t", CatalogFixture.EventsSchema, CatalogFixture.ByDay, SortOrder.Unsorted, [new("p", "0")], nowMs: 1);

    [Fact]
    public void Requirements_OfEachUpdate_AreWhatItDependsOn()
    {
        var from = WithSnapshot(Empty, 7);
        var to = WithSnapshot(from, 8)
            .WithCurrentSchema(new Schema(0, [.. from.CurrentSchema.Fields, NestedField.OptionalField(4, "x", IcebergType.Int)]))
            .WithDefaultPartitionSpec(PartitionSpec.Unpartitioned)
            .WithDefaultSortOrder(new SortOrder(1, new SortField(1, Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst)))
            .WithRef("tag", SnapshotRef.Tag(7), 0);

        Assert.Equal(
            [
                new AssertTableUuid(from.TableUuid!), new AssertLastAssignedFieldId(3), new AssertCurrentSchemaId(0), new AssertLastAssignedPartitionId(1000),
                new AssertDefaultSpecId(0), new AssertDefaultSortOrderId(0), new AssertRefSnapshotId("main", 7), new AssertRefSnapshotId("tag", null),
            ],
            TableDifference.Requirements(from, TableDifference.Updates(from, to)).AsEnumerable());
    }

    [Fact]
    public void Requirements_PropertiesAlone_AreTheTablesIdentity() => Assert.Equal(
        [new AssertTableUuid(Empty.TableUuid!)],
        TableDifference.Requirements(Empty, TableDifference.Updates(Empty, Empty.WithProperties([new("a", "b")]))).AsEnumerable());

    [Fact]
    public void Updates_NothingChanged_AreNone() => Assert.Empty(TableDifference.Updates(Empty, Empty with { LastUpdatedMs = 99 }));

    [Fact]
    public void IsIn_UpdatesOfNoSnapshot_GoByWhatTheTableHolds()
    {
        var updates = TableDifference.Updates(Empty, Empty.WithProperties([new("a", "b")]).WithoutProperties(["p"]));

        Assert.False(TableDifference.IsIn(Empty, updates));
        Assert.True(TableDifference.IsIn(WithSnapshot(Empty.WithProperties([new("a", "b"), new("c", "d")]).WithoutProperties(["p"]), 5), updates));
        Assert.False(TableDifference.IsIn(Empty.WithProperties([new("a", "b")]), updates));
    }

    /// <summary>Random changes, sent as JSON and applied by the server's code, lead to the same table.</summary>
    [Fact]
    public void Updates_RandomChanges_LeadToTheSameTable() => Prop
        .ForAll(
            Gen.Choose(0, 12).ListOf().Select(kinds => kinds.Take(12).ToArray()).ToArbitrary(),
            Gen.Choose(0, 12).ListOf().Select(kinds => kinds.Take(6).ToArray()).ToArbitrary(),
            (before, after) =>
            {
                var from = before.Aggregate(Empty, Change);
                var to = after.Aggregate(from, Change);
                if (to.Snapshots.Any(added => from.FindSnapshot(added.SnapshotId) is null && added.ParentSnapshotId is { } parent
                    && from.FindSnapshot(parent) is null && to.FindSnapshot(parent) is null))
                {
                    // Made and expired in one commit, and another snapshot came of it: no server takes that in parts.
                    return;
                }

                var sent = RestMessage.Read<CommitTableRequest>(RestMessage.ToJson(new CommitTableRequest
                {
                    Updates = TableDifference.Updates(from, to),
                    Requirements = TableDifference.Requirements(from, TableDifference.Updates(from, to)),
                }));
                Assert.All(sent.Requirements, requirement => Assert.Null(requirement.Mismatch(from)));
                var applied = TableUpdates.Apply(from, sent.Updates, nowMs: 1);

                Assert.Equal(Canonical(to), Canonical(applied));
                Assert.True(TableDifference.IsIn(applied, sent.Updates));
            })
        .QuickCheckThrowOnFailure();

    private static TableMetadata Change(TableMetadata table, int kind)
    {
        var next = table.LastSequenceNumber + 1;
        var current = table.CurrentSnapshotId;
        return kind switch
        {
            0 or 1 => WithSnapshot(table, 100 + next),
            2 => table.WithCurrentSchema(new Schema(
                0, [.. table.CurrentSchema.Fields, NestedField.OptionalField(table.LastColumnId + 1, $"c{table.LastColumnId + 1}", IcebergType.String)])),
            3 when table.CurrentSchema.Fields.Length > 3 => table.WithCurrentSchema(new Schema(0, [.. table.CurrentSchema.Fields.Take(3)])),
            4 => table.WithDefaultPartitionSpec(new PartitionSpec(0, new PartitionField(1, 1000, $"b{next}", Transform.Bucket(1 + (int)next)))),
            5 => table.WithDefaultPartitionSpec(PartitionSpec.Unpartitioned),
            6 => table.WithDefaultSortOrder(new SortOrder(1, new SortField(1 + (int)(next % 3), Transform.Identity, SortDirection.Ascending, NullOrder.NullsFirst))),
            7 => table.WithProperties([new("p", next.ToString(System.Globalization.CultureInfo.InvariantCulture)), new($"q{next}", "x")]),
            8 => table.WithoutProperties(table.Properties.Keys.Order(StringComparer.Ordinal).Take(1)),
            9 when current is { } id => table.WithRef($"tag{id}", SnapshotRef.Tag(id), 0),
            10 when table.Refs.Keys.FirstOrDefault(name => name != SnapshotRef.MainBranch) is { } name => table.WithoutRef(name),
            11 when table.Snapshots.FirstOrDefault(s => table.Refs.Values.All(reference => reference.SnapshotId != s.SnapshotId)) is { } gone =>
                table.WithoutSnapshots([gone.SnapshotId]),
            12 when current is { } id => table.WithStatistics(Statistics(id, next)),
            _ => table,
        };
    }

    private static TableMetadata WithSnapshot(TableMetadata table, long id) => table
        .WithSnapshot(new Snapshot
        {
            SnapshotId = id,
            ParentSnapshotId = table.CurrentSnapshotId,
            SequenceNumber = table.LastSequenceNumber + 1,
            TimestampMs = table.LastUpdatedMs,
            ManifestList = $"/t/metadata/snap-{id}.avro",
            Summary = ImmutableDictionary<string, string>.Empty.Add("operation", "append"),
            SchemaId = table.CurrentSchemaId,
        })
        .WithRef(SnapshotRef.MainBranch, SnapshotRef.Branch(id), table.LastUpdatedMs);

    private static StatisticsFile Statistics(long snapshotId, long number)
    {
        using var document = JsonDocument.Parse($$"""{"snapshot-id": {{snapshotId}}, "statistics-path": "/t/{{number}}.puffin", "file-size-in-bytes": 1, "file-footer-size-in-bytes": 1, "blob-metadata": []}""");
        return new StatisticsFile(snapshotId, $"/t/{number}.puffin", 1, document.RootElement.Clone());
    }

    /// <summary>Without the log of snapshots, which has one entry for a commit, however many its changes, and the order of what is set anew.</summary>
    private static string Canonical(TableMetadata table) => System.Text.Encoding.UTF8.GetString((table with
    {
        SnapshotLog = [],
        LastUpdatedMs = 0,
        Properties = table.Properties.ToImmutableSortedDictionary().ToImmutableDictionary(),
        Statistics = [.. table.Statistics.OrderBy(file => file.SnapshotId)],
    }).ToJson().Span);
}
