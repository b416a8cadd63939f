using System.IO.Compression;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class TableMetadataFixturesTests
{
    private static string Fixtures => Path.Combine(Repository.Shared!, "iceberg-fixtures");

    [SharedFact]
    public void Parse_EveryValidFile_GivesItsFacts()
    {
        var count = 0;
        foreach (var file in Files().Where(f => f.GetProperty("expect").GetString() == "ok" && !IsZstandard(f)))
        {
            var metadata = TableMetadata.Parse(File.ReadAllBytes(PathOf(file)));

            AssertFacts(file.GetProperty("facts"), metadata);
            if (metadata.FormatVersion > 1)
            {
                AssertFacts(file.GetProperty("facts"), TableMetadata.Parse(metadata.ToJson()));
            }

            count++;
        }

        Assert.Equal(7, count);
    }

    [SharedTheory]
    [InlineData("TableMetadataUnsupportedVersion.json", IcebergErrorKind.Unsupported,
        "Table metadata is of format version 42; versions 1 to 3 are supported.")]
    [InlineData("TableMetadataV2MissingSchemas.json", IcebergErrorKind.InvalidMetadata,
        "Table metadata has no 'schemas', which is required in format version 2.")]
    [InlineData("TableMetadataV2MissingPartitionSpecs.json", IcebergErrorKind.InvalidMetadata,
        "Table metadata has no 'partition-specs', which is required in format version 2.")]
    [InlineData("TableMetadataV2CurrentSchemaNotFound.json", IcebergErrorKind.InvalidMetadata,
        "Table metadata has 'current-schema-id' 2, which is not among its 'schemas' (0, 1)")]
    [InlineData("broken1.metadata.json", IcebergErrorKind.InvalidMetadata, "Table metadata is not valid JSON: ")]
    [InlineData("empty.metadata.json", IcebergErrorKind.InvalidMetadata, "Table metadata is not valid JSON: ")]
    [InlineData("bad_iceberg_metadata.json", IcebergErrorKind.InvalidMetadata, "Table metadata is not valid JSON: ")]
    public void Parse_BadFile_SaysWhatIsWrong(string name, IcebergErrorKind kind, string message)
    {
        var error = Assert.Throws<IcebergException>(
            () => TableMetadata.Parse(File.ReadAllBytes(Path.Combine(Fixtures, "files", "table-metadata", name))));

        Assert.Equal(kind, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void Parse_MetadataOfEveryFixtureTable_IsReadAndWrittenBackTheSame()
    {
        var cases = Index().GetProperty("cases").EnumerateArray().ToList();
        foreach (var path in cases.Select(c => Path.Combine(Fixtures, c.GetProperty("path").GetString()!, c.GetProperty("metadata").GetString()!)).Distinct())
        {
            var metadata = TableMetadata.Parse(ReadMetadata(path));
            var written = metadata.FormatVersion == 1 ? metadata.UpgradedToVersion2(Guid.Empty) : metadata;

            var again = TableMetadata.Parse(written.ToJson());

            Assert.Equal(written.ToJson().ToArray(), again.ToJson().ToArray());
            Assert.Equal(metadata.CurrentSchema, again.CurrentSchema);
            Assert.Equal(metadata.PartitionSpecs.AsEnumerable(), again.PartitionSpecs);
            Assert.Equal(metadata.Snapshots.AsEnumerable(), again.Snapshots);
            Assert.Equal(metadata.Refs.AsEnumerable(), again.Refs);
            Assert.All(metadata.PartitionSpecs, spec => Assert.Equal(spec.Fields.Length, metadata.PartitionType(spec).Fields.Length));
        }

        Assert.True(cases.Count >= 85);
    }

    private static byte[] ReadMetadata(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes is not [0x1F, 0x8B, ..])
        {
            return bytes;
        }

        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static void AssertFacts(JsonElement facts, TableMetadata metadata)
    {
        Assert.Equal(facts.GetProperty("format_version").GetInt32(), metadata.FormatVersion);
        Assert.Equal(facts.GetProperty("table_uuid").GetString(), metadata.TableUuid);
        Assert.Equal(facts.GetProperty("location").GetString(), metadata.Location);
        Assert.Equal(facts.GetProperty("last_updated_ms").GetInt64(), metadata.LastUpdatedMs);
        Assert.Equal(facts.GetProperty("last_column_id").GetInt32(), metadata.LastColumnId);
        Assert.Equal(facts.GetProperty("last_sequence_number").GetInt64(), metadata.LastSequenceNumber);
        Assert.Equal(facts.GetProperty("current_schema_id").GetInt32(), metadata.CurrentSchemaId);
        Assert.Equal(facts.GetProperty("schema_count").GetInt32(), metadata.Schemas.Length);
        Assert.Equal(facts.GetProperty("default_spec_id").GetInt32(), metadata.DefaultSpecId);
        Assert.Equal(facts.GetProperty("default_sort_order_id").GetInt32(), metadata.DefaultSortOrderId);
        Assert.Equal(facts.GetProperty("sort_order_count").GetInt32(), metadata.SortOrders.Length);
        Assert.Equal(facts.GetProperty("snapshot_count").GetInt32(), metadata.Snapshots.Length);
        Assert.Equal(facts.GetProperty("statistics_count").GetInt32(), metadata.Statistics.Length);
        Assert.Equal(facts.GetProperty("partition_statistics_count").GetInt32(), metadata.PartitionStatistics.Length);
        Assert.Equal(facts.GetProperty("property_count").GetInt32(), metadata.Properties.Count);
        var current = facts.GetProperty("current_snapshot_id");
        Assert.Equal(current.ValueKind == JsonValueKind.Null ? null : current.GetInt64(), metadata.CurrentSnapshotId);
        AssertJson(facts.GetProperty("columns"), metadata.CurrentSchema.Fields.Select(f =>
            new object[] { f.Id, f.Name, f.Type.IsNested ? f.Type.TypeId.ToString().ToLowerInvariant() : f.Type.ToString(), f.Required }));
        AssertJson(facts.GetProperty("identifier_field_ids"), metadata.CurrentSchema.IdentifierFieldIds);
        AssertJson(facts.GetProperty("partition_specs"), metadata.PartitionSpecs.Select(spec =>
            spec.Fields.Select(f => new object[] { f.SourceId, f.Name, f.Transform.ToString() })));
        AssertJson(facts.GetProperty("sort_orders"), metadata.SortOrders.Select(order => order.Fields.Select(f =>
            new object[] { f.SourceId, f.Transform.ToString(), SortOrderJson.Text(f.Direction), SortOrderJson.Text(f.NullOrder) })));

        // The facts list the references of the file; main is there without being listed.
        var listed = facts.GetProperty("refs").EnumerateObject().ToDictionary(
            r => r.Name, r => (Type: r.Value[0].GetString()!, Id: r.Value[1].GetInt64()));
        if (metadata.CurrentSnapshotId is { } id)
        {
            listed["main"] = ("branch", id);
        }

        Assert.Equal(
            listed.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key, r.Value.Type, r.Value.Id)),
            metadata.Refs.Select(r => (r.Key, r.Value.Type.ToString().ToLowerInvariant(), r.Value.SnapshotId)));
    }

    private static void AssertJson(JsonElement expected, object actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    private static IEnumerable<JsonElement> Files() =>
        Index().GetProperty("files").EnumerateArray().Where(f => f.GetProperty("kind").GetString() == "table-metadata");

    // Decompressing Zstandard is not the metadata reader's; its bytes are given to it plain.
    private static bool IsZstandard(JsonElement file) => file.GetProperty("path").GetString()!.Contains(".zstd.", StringComparison.Ordinal);

    private static string PathOf(JsonElement file) => Path.Combine(Fixtures, file.GetProperty("path").GetString()!);

    private static JsonElement Index() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Fixtures, "index.json"))).RootElement;
}
