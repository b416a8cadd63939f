using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest.Protocol;

public class TableUpdatesTests
{
    private const string Uuid = "9c12d441-03fe-4693-9a96-a0705ddf69c1";
    private const long NowMs = 1_700_000_000_000;

    private const string AllUpdates = """
        [{"action":"assign-uuid","uuid":"9c12d441-03fe-4693-9a96-a0705ddf69c1"},
         {"action":"upgrade-format-version","format-version":2},
         {"action":"add-schema","schema":{"schema-id":0,"type":"struct","fields":[{"id":1,"name":"id","required":true,"type":"long"}]},"last-column-id":1},
         {"action":"set-current-schema","schema-id":-1},
         {"action":"add-spec","spec":{"spec-id":0,"fields":[{"source-id":1,"field-id":1000,"name":"id_bucket","transform":"bucket[4]"}]}},
         {"action":"set-default-spec","spec-id":-1},
         {"action":"add-sort-order","sort-order":{"order-id":1,"fields":[{"transform":"identity","source-id":1,"direction":"asc","null-order":"nulls-first"}]}},
         {"action":"set-default-sort-order","sort-order-id":-1},
         {"action":"set-location","location":"file:///tables/t"},
         {"action":"set-properties","updates":{"a":"1","b":"2"}},
         {"action":"remove-properties","removals":["b","c"]},
         {"action":"add-snapshot","snapshot":{"sequence-number":1,"snapshot-id":10,"timestamp-ms":1700000000000,"summary":{"operation":"append"},"manifest-list":"file:///tables/t/metadata/a.avro","schema-id":0}},
         {"action":"set-snapshot-ref","ref-name":"main","snapshot-id":10,"type":"branch","min-snapshots-to-keep":3,"max-snapshot-age-ms":5},
         {"action":"set-snapshot-ref","ref-name":"old","snapshot-id":10,"type":"tag","max-ref-age-ms":7},
         {"action":"set-statistics","snapshot-id":10,"statistics":{"snapshot-id":10,"statistics-path":"s.puffin","file-size-in-bytes":4,"file-footer-size-in-bytes":1,"blob-metadata":[]}},
         {"action":"set-partition-statistics","partition-statistics":{"snapshot-id":10,"statistics-path":"p.parquet","file-size-in-bytes":4}},
         {"action":"add-snapshot","snapshot":{"sequence-number":2,"snapshot-id":11,"parent-snapshot-id":10,"timestamp-ms":1700000000001,"summary":{"operation":"append"},"manifest-list":"file:///tables/t/metadata/b.avro","schema-id":0}},
         {"action":"set-snapshot-ref","ref-name":"main","snapshot-id":11,"type":"branch"},
         {"action":"remove-snapshots","snapshot-ids":[10]},
         {"action":"add-encryption-key","encryption-key":{"key-id":"k","encrypted-key-metadata":"AAAA"}},
         {"action":"remove-encryption-key","key-id":"k"},
         {"action":"remove-statistics","snapshot-id":10},
         {"action":"remove-partition-statistics","snapshot-id":10},
         {"action":"remove-snapshot-ref","ref-name":"gone"},
         {"action":"remove-partition-specs","spec-ids":[7]},
         {"action":"remove-schemas","schema-ids":[7]}]
        """;

    [Fact]
    public void Json_EveryKindOfUpdate_IsWrittenAsItWasRead()
    {
        var json = $$"""{"identifier":{"namespace":["a","b"],"name":"t"},"requirements":[],"updates":{{AllUpdates}}}""";

        var request = RestMessage.Read<CommitTableRequest>(Encoding.UTF8.GetBytes(json));

        Assert.Equal("a.b.t", request.Identifier!.ToString());
        Assert.Equal(Canonical(json), Canonical(Encoding.UTF8.GetString(RestMessage.ToJson(request).Span)));
    }

    [Fact]
    public void Json_EveryKindOfRequirement_IsWrittenAsItWasRead()
    {
        const string json = """
            {"requirements":[{"type":"assert-create"},{"type":"assert-table-uuid","uuid":"u"},{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":null},
            {"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":3},{"type":"assert-last-assigned-field-id","last-assigned-field-id":3},
            {"type":"assert-current-schema-id","current-schema-id":1},{"type":"assert-last-assigned-partition-id","last-assigned-partition-id":1000},
            {"type":"assert-default-spec-id","default-spec-id":0},{"type":"assert-default-sort-order-id","default-sort-order-id":0}],"updates":[]}
            """;

        var request = RestMessage.Read<CommitTableRequest>(Encoding.UTF8.GetBytes(json));

        Assert.Equal(Canonical(json), Canonical(Encoding.UTF8.GetString(RestMessage.ToJson(request).Span)));
    }

    [Fact]
    public void ApplyToNothing_EveryUpdate_GivesTheTable()
    {
        var table = TableUpdates.ApplyToNothing(Updates(AllUpdates), "file:///elsewhere", NowMs);

        Assert.Equal(Uuid, table.TableUuid);
        Assert.Equal("file:///tables/t", table.Location);
        Assert.Equal((0, 0, 1), (table.CurrentSchemaId, table.DefaultSpecId, table.DefaultSortOrderId));
        Assert.Equal((1, 1000), (table.LastColumnId, table.LastPartitionId));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1" }, table.Properties);
        Assert.Equal(11, table.CurrentSnapshotId);
        Assert.Equal(["main"], table.Refs.Keys);
        Assert.Equal([11L], table.Snapshots.Select(snapshot => snapshot.SnapshotId));
        Assert.Empty(table.Statistics);
        Assert.Empty(table.PartitionStatistics);
        Assert.Equal(table.ToJson().ToArray(), TableMetadata.Parse(table.ToJson()).ToJson().ToArray());
    }

    [Theory]
    [InlineData("""{"action":"assign-uuid","uuid":"9c12d441-03fe-4693-9a96-a0705ddf69c2"}""", IcebergErrorKind.InvalidMetadata, "cannot become")]
    [InlineData("""{"action":"set-current-schema","schema-id":-1}""", IcebergErrorKind.InvalidMetadata, "last one added")]
    [InlineData("""{"action":"set-current-schema","schema-id":4}""", IcebergErrorKind.InvalidMetadata, "no schema 4")]
    [InlineData("""{"action":"set-default-spec","spec-id":4}""", IcebergErrorKind.InvalidMetadata, "no partition spec 4")]
    [InlineData("""{"action":"set-default-sort-order","sort-order-id":4}""", IcebergErrorKind.InvalidMetadata, "no sort order 4")]
    [InlineData("""{"action":"upgrade-format-version","format-version":1}""", IcebergErrorKind.InvalidMetadata, "cannot go back to 1")]
    [InlineData("""{"action":"upgrade-format-version","format-version":4}""", IcebergErrorKind.Unsupported, "version 4")]
    [InlineData("""{"action":"remove-schemas","schema-ids":[0]}""", IcebergErrorKind.InvalidMetadata, "current one")]
    [InlineData("""{"action":"remove-partition-specs","spec-ids":[0]}""", IcebergErrorKind.InvalidMetadata, "the default")]
    [InlineData("""{"action":"remove-snapshots","snapshot-ids":[11]}""", IcebergErrorKind.InvalidMetadata, "'main' points to it")]
    [InlineData("""{"action":"set-statistics","statistics":{"snapshot-id":99,"statistics-path":"s","file-size-in-bytes":4}}""", IcebergErrorKind.InvalidMetadata, "no snapshot 99")]
    [InlineData("""{"action":"add-spec","spec":{"fields":[{"source-id":1,"field-id":1000,"name":"x","transform":"bucket[8]"}]}}""", IcebergErrorKind.InvalidMetadata, "last assigned id 1000")]
    [InlineData("""{"action":"add-schema","schema":{"type":"struct","fields":[{"id":2,"name":"v","required":false,"type":"variant"}]}}""", IcebergErrorKind.InvalidMetadata, "needs format version 3")]
    [InlineData("""{"action":"add-snapshot","snapshot":{"sequence-number":2,"snapshot-id":12,"timestamp-ms":1,"summary":{"operation":"append"},"manifest-list":"m"}}""", IcebergErrorKind.CommitConflict, "sequence number 2")]
    public void Apply_UpdateThatDoesNotSuit_IsRefused(string update, IcebergErrorKind kind, string message)
    {
        var table = TableUpdates.ApplyToNothing(Updates(AllUpdates), "file:///elsewhere", NowMs);

        var error = Assert.Throws<IcebergException>(() => TableUpdates.Apply(table, Updates($"[{update}]"), NowMs));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"action":"add-view-version"}""", "for views")]
    [InlineData("""{"action":"polish"}""", "not known")]
    [InlineData("""{"action":"set-location"}""", "'location'")]
    [InlineData("""{}""", "'action'")]
    [InlineData("""7""", "JSON object")]
    public void Read_UpdateThatIsNone_IsRefused(string update, string message)
    {
        var error = Assert.Throws<IcebergException>(() => Updates($"[{update}]"));

        Assert.Equal(IcebergErrorKind.InvalidMetadata, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ColumnDroppedBeforeItsPartitionField_IsFine()
    {
        var table = TableUpdates.ApplyToNothing(Updates(AllUpdates), "file:///elsewhere", NowMs);

        var next = TableUpdates.Apply(
            table,
            Updates("""
                [{"action":"add-sort-order","sort-order":{"order-id":0,"fields":[]}}, {"action":"set-default-sort-order","sort-order-id":-1},
                 {"action":"add-schema","schema":{"type":"struct","fields":[{"id":2,"name":"other","required":false,"type":"string"}]}},
                 {"action":"set-current-schema","schema-id":-1},
                 {"action":"add-spec","spec":{"fields":[]}}, {"action":"set-default-spec","spec-id":-1}]
                """),
            NowMs);

        Assert.Equal((1, 1, 0), (next.CurrentSchemaId, next.DefaultSpecId, next.DefaultSortOrderId));
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(4, "has changed")]
    [InlineData(null, "was created concurrently")]
    public void AssertRefSnapshotId_AgainstTable_SaysWhatDiffers(int? expected, string? mismatch)
    {
        var table = new TableMetadata
        {
            FormatVersion = 2,
            Location = "l",
            LastUpdatedMs = 1,
            LastColumnId = 0,
            Schemas = [new Schema(0)],
            CurrentSchemaId = 0,
            PartitionSpecs = [PartitionSpec.Unpartitioned],
            DefaultSpecId = 0,
            LastPartitionId = 999,
            Refs = ImmutableSortedDictionary<string, SnapshotRef>.Empty.Add("main", SnapshotRef.Branch(3)),
        };

        var found = new AssertRefSnapshotId("main", expected).Mismatch(table);

        Assert.True(mismatch is null ? found is null : found!.Contains(mismatch, StringComparison.Ordinal), found);
    }

    [Fact]
    public void FreshFieldIds_NestedSchemaFromZero_AreGivenLevelByLevel()
    {
        var schema = SchemaJson.Parse("""
            {"type":"struct","schema-id":0,"identifier-field-ids":[0],"fields":[
              {"id":0,"name":"id","required":true,"type":"long"},
              {"id":5,"name":"point","required":false,"type":{"type":"struct","fields":[{"id":6,"name":"x","required":false,"type":"int"}]}},
              {"id":7,"name":"tags","required":false,"type":{"type":"map","key-id":8,"key":"string","value-id":9,"value":"string","value-required":false}}]}
            """);

        var fresh = new FreshFieldIds(schema);

        Assert.Equal(
            ["id=1", "point=2", "tags=3", "point.x=4", "tags.key=5", "tags.value=6"], fresh.Schema.AllFields.Select(field => $"{field.FullName}={field.Id}"));
        Assert.Equal(1, Assert.Single(fresh.Schema.IdentifierFieldIds));
    }

    private static ImmutableArray<TableUpdate> Updates(string json) =>
        RestMessage.Read<CommitTableRequest>(Encoding.UTF8.GetBytes($$"""{"requirements":[],"updates":{{json}}}""")).Updates;

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Canonical(document.RootElement);
    }

    private static string Canonical(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", json.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}:{Canonical(m.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", json.EnumerateArray().Select(Canonical))}]",
        _ => json.GetRawText(),
    };
}
