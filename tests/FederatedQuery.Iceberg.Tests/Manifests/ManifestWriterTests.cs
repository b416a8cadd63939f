using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Manifests;

public class ManifestWriterTests
{
    private static readonly Schema TableSchema = new(
        3,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "ts", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "price of it", IcebergType.Decimal(9, 2)),
        NestedField.OptionalField(4, "ratio", IcebergType.Double),
        NestedField.OptionalField(5, "key", IcebergType.Uuid),
        NestedField.OptionalField(6, "name", IcebergType.String),
        NestedField.OptionalField(7, "raw", IcebergType.Binary));

    private static readonly PartitionSpec Spec = new(
        4,
        new PartitionField(2, 1000, "ts_day", Transform.Day),
        new PartitionField(3, 1001, "price of it", Transform.Identity),
        new PartitionField(4, 1002, "ratio", Transform.Identity),
        new PartitionField(5, 1003, "key", Transform.Identity),
        new PartitionField(6, 1004, "name_trunc", Transform.Truncate(2)),
        new PartitionField(1, 1005, "id_bucket", Transform.Bucket(16)),
        new PartitionField(7, 1006, "raw", Transform.Identity));

    private static readonly StructType PartitionType = Spec.PartitionType(TableSchema);

    [Fact]
    public void Finish_Entries_AreReadBackAsTheyWere()
    {
        var full = File("full.parquet", Partition(Literal.Date(-3), Literal.Decimal(-12345, 2), Literal.Double(-0.0), Literal.Uuid(Guid.NewGuid()), Literal.String("é"), Literal.Int(7), Literal.Binary([1, 2]))) with
        {
            ColumnSizes = Map((1, 10L), (2, 20L)),
            ValueCounts = Map((1, 5L)),
            NullValueCounts = Map((2, 1L)),
            NaNValueCounts = Map((4, 0L)),
            LowerBounds = Bounds((1, [1, 0, 0, 0, 0, 0, 0, 0]), (6, [0x61])),
            UpperBounds = Bounds((1, [9, 0, 0, 0, 0, 0, 0, 0]), (6, [0x62])),
            SplitOffsets = [4, 1000],
            SortOrderId = 1,
            KeyMetadata = new byte[] { 7 },
        };
        var empty = File("empty.parquet", Partition(null, null, null, null, null, null, null));
        var existing = new ManifestEntry
        {
            Status = ManifestEntryStatus.Added,
            SnapshotId = 11,
            SequenceNumber = 2,
            FileSequenceNumber = 3,
            DataFile = File("existing.parquet", empty.Partition),
        };
        var writer = CreateSut();
        writer.Add(full);
        writer.Add(empty);
        writer.AddExisting(existing);
        writer.Delete(existing with { DataFile = File("deleted.parquet", empty.Partition) }, snapshotId: 99);

        var (content, manifest) = writer.Finish("m.avro", snapshotId: 99, sequenceNumber: 8);
        var entries = ManifestReader.Read(content, manifest, Spec, PartitionType);

        Assert.Equal(
            [(ManifestEntryStatus.Added, 99L, 8L, 8L), (ManifestEntryStatus.Added, 99L, 8L, 8L), (ManifestEntryStatus.Existing, 11L, 2L, 3L), (ManifestEntryStatus.Deleted, 99L, 2L, 3L)],
            entries.Select(entry => (entry.Status, entry.SnapshotId, entry.SequenceNumber, entry.FileSequenceNumber)));
        AssertSame(full, entries[0].DataFile);
        AssertSame(empty, entries[1].DataFile);
        Assert.Equal((1, 1, 2), (manifest.ExistingFilesCount, manifest.DeletedFilesCount, manifest.AddedFilesCount));
        Assert.Equal((20L, 10L, 10L), (manifest.AddedRowsCount, manifest.ExistingRowsCount, manifest.DeletedRowsCount));
        Assert.Equal((8L, 2L), (manifest.SequenceNumber, manifest.MinSequenceNumber));
        Assert.Equal(content.Length, manifest.ManifestLength);
    }

    [Fact]
    public void Finish_Header_FollowsTheSpecification()
    {
        var writer = CreateSut();
        writer.Add(File("a.parquet", Partition(null, null, null, null, null, null, null)));

        var file = AvroFile.Open(writer.Finish("m.avro", 1, 1).Content);
        var entry = (AvroRecordSchema)file.Schema;
        var dataFile = (AvroRecordSchema)entry.Fields[4].Schema;
        var partition = (AvroRecordSchema)dataFile.Fields[3].Schema;
        var record = (AvroRecord)AvroDatum.ReadAll(file).Single()!;

        Assert.Equal(SchemaJson.ToJson(TableSchema), file.FindText("schema"));
        Assert.Equal("3", file.FindText("schema-id"));
        Assert.Equal(PartitionSpecJson.ToFieldListJson(Spec), file.FindText("partition-spec"));
        Assert.Equal("4", file.FindText("partition-spec-id"));
        Assert.Equal("2", file.FindText("format-version"));
        Assert.Equal("data", file.FindText("content"));
        Assert.Equal("deflate", file.FindText("avro.codec"));
        Assert.Equal("0 status, 1 snapshot_id, 3 sequence_number, 4 file_sequence_number, 2 data_file", Fields(entry));
        Assert.Equal(
            "134 content, 100 file_path, 101 file_format, 102 partition, 103 record_count, 104 file_size_in_bytes, 108 column_sizes, 109 value_counts, "
            + "110 null_value_counts, 137 nan_value_counts, 125 lower_bounds, 128 upper_bounds, 131 key_metadata, 132 split_offsets, 135 equality_ids, "
            + "140 sort_order_id, 143 referenced_data_file",
            Fields(dataFile));
        Assert.Equal("1000 ts_day, 1001 price_x20of_x20it, 1002 ratio, 1003 key, 1004 name_trunc, 1005 id_bucket, 1006 raw", Fields(partition));
        Assert.Equal("price of it", partition.Fields[1].Attributes.FindString("iceberg-field-name"));
        Assert.Equal("PARQUET", ((AvroRecord)record["data_file"]!)["file_format"]);
    }

    [Fact]
    public void Finish_Summaries_CoverAllPartitions()
    {
        var writer = CreateSut();
        writer.Add(File("a", Partition(Literal.Date(5), null, Literal.Double(double.NaN), null, Literal.String("b"), Literal.Int(3), null)));
        writer.Add(File("b", Partition(Literal.Date(-2), Literal.Decimal(100, 2), Literal.Double(1.5), null, Literal.String("a"), Literal.Int(9), null)));

        var summaries = writer.Finish("m.avro", 1, 1).Manifest.Partitions!.Value;

        Assert.Equal(7, summaries.Length);
        AssertSummary(summaries[0], containsNull: false, containsNaN: false, Literal.Date(-2), Literal.Date(5));
        AssertSummary(summaries[1], containsNull: true, containsNaN: false, Literal.Decimal(100, 2), Literal.Decimal(100, 2));
        AssertSummary(summaries[2], containsNull: false, containsNaN: true, Literal.Double(1.5), Literal.Double(1.5));
        AssertSummary(summaries[3], containsNull: true, containsNaN: false, null, null);
        AssertSummary(summaries[4], containsNull: false, containsNaN: false, Literal.String("a"), Literal.String("b"));
    }

    [Fact]
    public void Add_FileThatDoesNotBelong_SaysWhy()
    {
        var writer = CreateSut();
        var good = File("a.parquet", Partition(null, null, null, null, null, null, null));

        AssertRefused("it belongs to partition spec 0, the manifest to 4", () => writer.Add(good with { SpecId = 0 }));
        AssertRefused("its partition tuple has 0 values, the spec 7 fields", () => writer.Add(good with { Partition = PartitionData.Empty }));
        AssertRefused("it holds PositionDeletes, the manifest lists Data", () => writer.Add(good with { Content = FileContent.PositionDeletes }));
        AssertRefused(
            "its partition value 'ts_day' is 5 of kind Int, not of type date",
            () => writer.Add(good with { Partition = Partition(Literal.Int(5), null, null, null, null, null, null) }));
    }

    [Fact]
    public void ManifestListWrite_Manifests_AreReadBackAsTheyWere()
    {
        var writer = CreateSut();
        writer.Add(File("a", Partition(Literal.Date(5), null, null, null, Literal.String("b"), Literal.Int(3), null)));
        var manifest = writer.Finish("s3://b/m.avro", 77, 5).Manifest;

        var content = ManifestListWriter.Write([manifest, manifest with { Content = ManifestContent.Deletes, Partitions = null }], 77, null, 5);
        var read = ManifestListReader.Read(content, "list");
        var file = AvroFile.Open(content);

        Assert.Equal(2, read.Length);
        Assert.Equal(manifest with { Partitions = null }, read[0] with { Partitions = null });
        Assert.Equal(7, read[0].Partitions!.Value.Length);
        Assert.Equal(Literal.Date(5).ToBytes(), read[0].Partitions!.Value[0].LowerBound!.Value.ToArray());
        Assert.Equal(ManifestContent.Deletes, read[1].Content);
        Assert.Null(read[1].Partitions);
        Assert.Equal(("77", "null", "5", "2"), (file.FindText("snapshot-id"), file.FindText("parent-snapshot-id"), file.FindText("sequence-number"), file.FindText("format-version")));
        Assert.Equal(
            "500 manifest_path, 501 manifest_length, 502 partition_spec_id, 517 content, 515 sequence_number, 516 min_sequence_number, 503 added_snapshot_id, "
            + "504 added_files_count, 505 existing_files_count, 506 deleted_files_count, 512 added_rows_count, 513 existing_rows_count, 514 deleted_rows_count, "
            + "507 partitions, 519 key_metadata",
            Fields((AvroRecordSchema)file.Schema));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(9, 4)]
    [InlineData(10, 5)]
    [InlineData(18, 8)]
    [InlineData(19, 9)]
    [InlineData(38, 16)]
    public void BytesOfDecimal_Precision_IsTheFewestThatFit(int precision, int bytes) => Assert.Equal(bytes, AvroSchemaConverter.BytesOfDecimal(precision));

    private static ManifestWriter CreateSut() => new(TableSchema, Spec, PartitionType, ManifestContent.Data);

    private static DataFile File(string path, PartitionData partition) => new()
    {
        FilePath = path,
        FileFormat = DataFile.Parquet,
        SpecId = 4,
        Partition = partition,
        RecordCount = 10,
        FileSizeInBytes = 1234,
    };

    private static PartitionData Partition(params Literal?[] values) => new([.. values]);

    private static FieldIdMap<long> Map(params (int Id, long Value)[] entries) =>
        FieldIdMap<long>.Create(entries.Select(entry => KeyValuePair.Create(entry.Id, entry.Value)));

    private static FieldIdMap<ReadOnlyMemory<byte>> Bounds(params (int Id, byte[] Value)[] entries) =>
        FieldIdMap<ReadOnlyMemory<byte>>.Create(entries.Select(entry => KeyValuePair.Create(entry.Id, (ReadOnlyMemory<byte>)entry.Value)));

    private static string Fields(AvroRecordSchema schema) => string.Join(", ", schema.Fields.Select(field => $"{field.FieldId} {field.Name}"));

    private static void AssertSame(DataFile expected, DataFile actual)
    {
        Assert.Equal(expected.FilePath, actual.FilePath);
        Assert.Equal((expected.Content, expected.FileFormat, expected.SpecId), (actual.Content, actual.FileFormat, actual.SpecId));
        Assert.Equal(expected.Partition, actual.Partition);
        Assert.Equal((expected.RecordCount, expected.FileSizeInBytes, expected.SortOrderId), (actual.RecordCount, actual.FileSizeInBytes, actual.SortOrderId));
        Assert.Equal(expected.ColumnSizes, actual.ColumnSizes);
        Assert.Equal(expected.ValueCounts, actual.ValueCounts);
        Assert.Equal(expected.NullValueCounts, actual.NullValueCounts);
        Assert.Equal(expected.NaNValueCounts, actual.NaNValueCounts);
        Assert.Equal(Hex(expected.LowerBounds), Hex(actual.LowerBounds));
        Assert.Equal(Hex(expected.UpperBounds), Hex(actual.UpperBounds));
        Assert.Equal(expected.SplitOffsets.AsEnumerable(), actual.SplitOffsets.AsEnumerable());
        Assert.Equal(expected.KeyMetadata?.ToArray(), actual.KeyMetadata?.ToArray());
    }

    private static string Hex(FieldIdMap<ReadOnlyMemory<byte>>? bounds) =>
        bounds is null ? "null" : string.Join(' ', bounds.Select(bound => $"{bound.Key}:{Convert.ToHexString(bound.Value.Span)}"));

    private static void AssertSummary(PartitionFieldSummary summary, bool containsNull, bool containsNaN, Literal? lower, Literal? upper)
    {
        Assert.Equal((containsNull, (bool?)containsNaN), (summary.ContainsNull, summary.ContainsNaN));
        Assert.Equal(lower?.ToBytes(), summary.LowerBound?.ToArray());
        Assert.Equal(upper?.ToBytes(), summary.UpperBound?.ToArray());
    }

    private static void AssertRefused(string problem, Action add) =>
        Assert.Equal($"Cannot add 'a.parquet' to a manifest: {problem}.", Assert.Throws<IcebergException>(add).Message);
}
