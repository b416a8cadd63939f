using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FederatedQuery.Iceberg.Catalogs;

using FederatedQuery.Iceberg.Manifests;

using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Manifests;

/// <summary>
/// Manifests and manifest lists written here, read by npm avsc, which shares no code with this library, and held against the tables of fields in the
/// specification's own text.
/// </summary>
public partial class AvroOracleTests
{
    private static readonly Schema Columns = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "day", IcebergType.Date),
        NestedField.OptionalField(3, "name", IcebergType.String),
        NestedField.OptionalField(4, "price", IcebergType.Decimal(20, 3)),
        NestedField.OptionalField(5, "ratio", IcebergType.Double),
        NestedField.OptionalField(6, "key", IcebergType.Uuid),
        NestedField.OptionalField(7, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(8, "raw", IcebergType.Fixed(3)),
        NestedField.OptionalField(9, "is on", IcebergType.Boolean));

    private static readonly PartitionSpec ByEverything = new(
        0,
        new PartitionField(2, 1000, "day", Transform.Identity),
        new PartitionField(3, 1001, "name_trunc", Transform.Truncate(2)),
        new PartitionField(4, 1002, "price", Transform.Identity),
        new PartitionField(5, 1003, "ratio", Transform.Identity),
        new PartitionField(6, 1004, "key", Transform.Identity),
        new PartitionField(7, 1005, "at_hour", Transform.Hour),
        new PartitionField(1, 1006, "id_bucket", Transform.Bucket(8)),
        new PartitionField(8, 1007, "raw", Transform.Identity),
        new PartitionField(9, 1008, "is on", Transform.Identity));

    /// <summary>Values at the edges, as avsc is to find them.</summary>
    private static readonly (PartitionData Tuple, string Json)[] Partitions =
    [
        (new PartitionData(
            Literal.Date(-1), Literal.String("é\U0001F600"), Literal.Decimal(-1_234_567, 3), Literal.Double(double.NaN), Literal.Uuid(Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7")),
            Literal.Int(-25), Literal.Int(7), Literal.Fixed([0, 255, 1]), Literal.Boolean(false)),
            """[-1,"é😀","////////7Sl5","NaN","95w+CWd8S72keT80nLeF5w==",-25,7,"AP8B",false]"""),
        (new PartitionData(
            Literal.Date(int.MinValue), Literal.String(""), Literal.Decimal(Int128.Parse("99999999999999999999", CultureInfo.InvariantCulture), 3), Literal.Double(-0.0), null,
            Literal.Int(int.MaxValue), Literal.Int(0), null, Literal.Boolean(true)),
            """[-2147483648,"","BWvHXi1jD///",0,null,2147483647,0,null,true]"""),
        (new PartitionData([null, null, null, null, null, null, null, null, null]), "[null,null,null,null,null,null,null,null,null]"),
    ];

    [SharedFact]
    public async Task StageAsync_EveryKindOfCommit_WritesWhatTheSpecificationAsksFor()
    {
        using var folder = new TemporaryFolder();
        var table = await WriteHistoryAsync(folder.FullPath);
        var paths = Directory.GetFiles(Path.Combine(folder.FullPath, "t", "metadata"), "*.avro");
        var files = JsonNode.Parse(await NodeScript.RunAsync("iceberg-avro.js", "", paths))!.AsArray()
            .Zip(paths, (file, path) => (Path: path, File: file!.AsObject()))
            .ToDictionary(file => file.Path, file => file.File);
        var fields = SpecFields();

        foreach (var snapshot in table.Snapshots)
        {
            var list = files[snapshot.ManifestList!];
            Assert.Equal(
                (snapshot.SnapshotId.ToString(CultureInfo.InvariantCulture), snapshot.ParentSnapshotId?.ToString(CultureInfo.InvariantCulture) ?? "null", snapshot.SequenceNumber.ToString(CultureInfo.InvariantCulture), "2"),
                (Meta(list, "snapshot-id"), Meta(list, "parent-snapshot-id"), Meta(list, "sequence-number"), Meta(list, "format-version")));
            CheckSchema(list["schema"]!, fields, [.. fields.Where(field => field.Key is >= 500 and < 520 && field.Value.IsRequired).Select(field => field.Key).Except([509])]);
            foreach (var line in list["records"]!.AsArray())
            {
                CheckManifest(table, snapshot, line!.AsObject(), files[(string)line["manifest_path"]!], fields);
            }
        }

        var first = files[table.Snapshots[0].ManifestList!]["records"]![0]!;
        Assert.Equal(
            Partitions.Select(partition => JsonNode.Parse(partition.Json)!.ToJsonString()),
            files[(string)first["manifest_path"]!]["records"]!.AsArray()
                .Select(entry => new JsonArray([.. entry!["data_file"]!["partition"]!.AsObject().Select(value => Unwrap(value.Value)?.DeepClone())]).ToJsonString()));
    }

    private static void CheckManifest(TableMetadata table, Snapshot snapshot, JsonObject line, JsonObject manifest, Dictionary<int, (string Name, bool IsRequired)> fields)
    {
        var spec = table.FindPartitionSpec((int)line["partition_spec_id"]!)!;
        Assert.Equal(
            ("2", (int)line["content"]! == 0 ? "data" : "deletes", spec.SpecId.ToString(CultureInfo.InvariantCulture)),
            (Meta(manifest, "format-version"), Meta(manifest, "content"), Meta(manifest, "partition-spec-id")));
        var schema = SchemaJson.Parse(Meta(manifest, "schema"));
        Assert.Equal(table.FindSchema(int.Parse(Meta(manifest, "schema-id"), CultureInfo.InvariantCulture)), schema);
        var partitionFields = JsonNode.Parse(Meta(manifest, "partition-spec"))!.AsArray();
        Assert.Equal(
            spec.Fields.Select(field => (field.SourceId, field.FieldId, field.Name, field.Transform.ToString())),
            partitionFields.Select(field => ((int)field!["source-id"]!, (int)field["field-id"]!, (string)field["name"]!, (string)field["transform"]!)));
        CheckSchema(manifest["schema"]!, fields, [0, 2, 134, 100, 101, 102, 103, 104]);

        var entries = manifest["records"]!.AsArray().Select(entry => entry!.AsObject()).ToList();
        foreach (var entry in entries)
        {
            var isAdded = (int)entry["status"]! == 1;
            Assert.Equal(isAdded, Unwrap(entry["snapshot_id"]) is null);
            Assert.Equal(isAdded, Unwrap(entry["file_sequence_number"]) is null);
            Assert.True(isAdded || Unwrap(entry["sequence_number"]) is not null, "Only added files inherit.");
            Assert.Equal("PARQUET", (string)entry["data_file"]!["file_format"]!);
            Assert.Equal((int)line["content"]! == 1, (int)entry["data_file"]!["content"]! > 0);
            if ((int)entry["status"]! == 2)
            {
                Assert.Equal((string)line["added_snapshot_id"]!, (string)Unwrap(entry["snapshot_id"])!);
            }
        }

        (string Name, int Status)[] statuses = [("existing", 0), ("added", 1), ("deleted", 2)];
        foreach (var (name, status) in statuses)
        {
            var of = entries.Where(entry => (int)entry["status"]! == status).ToList();
            Assert.Equal(of.Count, (int)line[$"{name}_files_count"]!);
            Assert.Equal(of.Sum(entry => long.Parse((string)entry["data_file"]!["record_count"]!, CultureInfo.InvariantCulture)), Number(line[$"{name}_rows_count"]));
        }

        Assert.InRange(Number(line["sequence_number"]), 1, snapshot.SequenceNumber);
        Assert.InRange(Number(line["min_sequence_number"]), 1, Number(line["sequence_number"]));
        Assert.Equal(spec.Fields.Length, Unwrap(line["partitions"])!.AsArray().Count);
    }

    /// <summary>Ids and names are the specification's, required fields are there and never null, optional ones are unions that begin with null.</summary>
    private static void CheckSchema(JsonNode schema, Dictionary<int, (string Name, bool IsRequired)> known, IReadOnlyCollection<int> required)
    {
        var found = new HashSet<int>();
        foreach (var field in Fields(schema))
        {
            var id = (int)field["field-id"]!;
            Assert.True(found.Add(id), $"{id} is there twice");
            var isUnion = field["type"] is JsonArray;
            if (isUnion)
            {
                Assert.Equal("null", (string)field["type"]![0]!);
                Assert.True(field.ContainsKey("default") && field["default"] is null, $"{id} has no default");
            }

            if (id < 1000 && known.TryGetValue(id, out var spec))
            {
                Assert.Equal((spec.Name, spec.IsRequired), ((string)field["name"]!, !isUnion));
            }
        }

        Assert.Empty(required.Except(found));
    }

    private static IEnumerable<JsonObject> Fields(JsonNode? schema)
    {
        switch (schema)
        {
            case JsonArray union:
                return union.SelectMany(Fields);
            case JsonObject type when (string?)type["type"] == "record":
                return type["fields"]!.AsArray().Select(field => field!.AsObject()).SelectMany(field => Fields(field["type"]).Prepend(field));
            case JsonObject type when (string?)type["type"] == "array":
                Assert.True(type.ContainsKey("element-id") || (string?)type["logicalType"] == "map", type.ToJsonString());
                return Fields(type["items"]);
            default:
                return [];
        }
    }

    /// <summary>The fields of the tables in the text: <c>| _required_ | _optional_ | **`140  sort_order_id`** |</c>, the second column being v2.</summary>
    private static Dictionary<int, (string Name, bool IsRequired)> SpecFields()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Shared!, "iceberg-spec", "spec.md"));
        text = text[text.IndexOf("#### Manifest Entry Fields", StringComparison.Ordinal)..text.IndexOf("### Scan Planning", StringComparison.Ordinal)];
        var fields = FieldRow().Matches(text).DistinctBy(row => row.Groups["id"].Value).ToDictionary(
            row => int.Parse(row.Groups["id"].Value, CultureInfo.InvariantCulture), row => (row.Groups["name"].Value, row.Groups["v2"].Value == "_required_"));
        Assert.Contains(134, fields.Keys);
        Assert.Contains(517, fields.Keys);
        return fields;
    }

    [GeneratedRegex(@"^ *\|[^|\n]*\| *(?<v2>_required_|_optional_) *\|(?:[^|\n]*\|)? *\*\*`(?<id>\d+) +(?<name>\w+)`\*\*", RegexOptions.Multiline)]
    private static partial Regex FieldRow();

    private static async Task<TableMetadata> WriteHistoryAsync(string folder)
    {
        var stores = ObjectStoreRegistry.ForFolder(folder, TimeProvider.System);
        var manifests = new ManifestCache(stores, 16 << 20);
        var committer = new TableCommitter(stores, manifests, new CommitOptions(), TimeProvider.System);
        var metadata = TableMetadataChanges.Create(
            Guid.NewGuid(), $"{folder}/t", Columns, ByEverything, SortOrder.Unsorted, [new("commit.manifest.min-count-to-merge", "3")], 0);
        var table = new CatalogTable(new TableIdentifier("a", "t"), $"{folder}/t/metadata/00000-a.metadata.json", metadata);
        var first = Partitions.Select((partition, i) => NewFile($"first-{i}", partition.Tuple)).ToImmutableArray();

        await CommitAsync(new AppendFiles(first));
        await CommitAsync(new AppendFiles([NewFile("second", Partitions[0].Tuple)]));
        await CommitAsync(new RowDelta([Deletes(first[0])], []));
        await CommitAsync(new MetadataChange(state => state.UpdateSchema(schema => schema.Add(null, "level", IcebergType.Int).Rename("name", "title"))));
        await CommitAsync(new AppendFiles([NewFile("third", Partitions[2].Tuple)]));
        await CommitAsync(new RewriteFiles(table.Metadata.CurrentSnapshotId!.Value) { Removed = [first[1]], Added = [NewFile("rewritten", Partitions[1].Tuple)] });
        await CommitAsync(new MetadataChange(state => state.UpdatePartitionSpec(spec => spec.Remove("ratio").Remove("key").Add("day", Transform.Month))));
        await CommitAsync(new AppendFiles([NewFile("fourth", new PartitionData([.. Partitions[0].Tuple.Values.Where((_, i) => i is not (3 or 4)), Literal.Int(-1)])) with { SpecId = 1 }]));
        await CommitAsync(new OverwriteFiles { Removed = [first[0], first[2]] });
        return table.Metadata;

        async Task CommitAsync(TableChange change)
        {
            var staged = await committer.StageAsync(table, [change], default);
            table = new CatalogTable(table.Identifier, staged.NewLocation, staged.Metadata);
        }
    }

    private static DataFile NewFile(string name, PartitionData partition) => new()
    {
        FilePath = $"/data/{name}.parquet",
        FileFormat = DataFile.Parquet,
        SpecId = 0,
        Partition = partition,
        RecordCount = 10,
        FileSizeInBytes = 1000,
        ColumnSizes = FieldIdMap<long>.Create([new(1, 100), new(3, 200)]),
        ValueCounts = FieldIdMap<long>.Create([new(1, 10)]),
        NullValueCounts = FieldIdMap<long>.Create([new(1, 0)]),
        NaNValueCounts = FieldIdMap<long>.Create([new(5, 10)]),
        LowerBounds = FieldIdMap<ReadOnlyMemory<byte>>.Create([new(3, "a"u8.ToArray())]),
        UpperBounds = FieldIdMap<ReadOnlyMemory<byte>>.Create([new(3, "z"u8.ToArray())]),
        SplitOffsets = [4, 500],
        SortOrderId = 0,
    };

    private static DataFile Deletes(DataFile file) => NewFile("deletes", file.Partition) with
    {
        Content = FileContent.PositionDeletes,
        ReferencedDataFile = file.FilePath,
        RecordCount = 2,
        SortOrderId = null,
    };

    private static string Meta(JsonObject file, string key) => (string)file["meta"]![key]!;

    private static long Number(JsonNode? value) => long.Parse((string)value!, CultureInfo.InvariantCulture);

    /// <summary>avsc gives some unions as <c>{ "type": value }</c>.</summary>
    private static JsonNode? Unwrap(JsonNode? value) => value is JsonObject { Count: 1 } wrapped ? wrapped.First().Value : value;
}
