using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Avro;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Manifests;

public class ManifestReaderTests
{
    public static TheoryData<string> CasesWithPlans => new(FixtureTables.With("plan"));

    [SharedTheory]
    [MemberData(nameof(CasesWithPlans))]
    public async Task Read_CurrentSnapshotOfATable_FindsItsFiles(string name)
    {
        var expected = FixtureTables.Find(name).GetProperty("plan");
        var table = await FixtureTables.LoadAsync(name);
        var cache = new ManifestCache(FixtureTables.StoresOf(name), 64 << 20);

        var entries = new List<ManifestEntry>();
        var manifests = table.CurrentSnapshot is { } snapshot ? await cache.GetManifestsAsync(snapshot, default) : [];
        foreach (var manifest in manifests)
        {
            entries.AddRange(await cache.GetEntriesAsync(table, manifest, default));
        }

        var live = entries.Where(entry => entry.IsLive).Select(entry => entry.DataFile).ToList();
        var data = live.Where(file => file.Content == FileContent.Data).ToList();
        // One table has a snapshot id of 64 bits without a sign, which wraps to the long that other writers mean.
        Assert.Equal(expected.GetProperty("snapshot_id").GetString() is { } id ? (long)(UInt128)Int128.Parse(id) : null, table.CurrentSnapshotId);
        Assert.Equal(expected.GetProperty("manifests").GetInt32(), manifests.Length);
        Assert.Equal(expected.GetProperty("data_files").GetInt32(), data.Count);
        Assert.Equal(
            expected.GetProperty("data_file_formats").EnumerateArray().Select(format => format.GetString()!).Order(),
            data.Select(file => file.FileFormat).Distinct().Order());
        Assert.Equal(expected.GetProperty("records_in_data_files").GetInt64(), data.Sum(file => file.RecordCount));
        Assert.Equal(
            expected.GetProperty("position_delete_files").GetInt32(),
            live.Count(file => file.Content == FileContent.PositionDeletes && !file.IsDeletionVector));
        Assert.Equal(expected.GetProperty("deletion_vectors").GetInt32(), live.Count(file => file.IsDeletionVector));
        Assert.Equal(expected.GetProperty("equality_delete_files").GetInt32(), live.Count(file => file.Content == FileContent.EqualityDeletes));
        Assert.Equal(expected.GetProperty("deleted_entries").GetInt32(), entries.Count - live.Count);
    }

    [SharedFact]
    public void Read_PartitionFieldWithADot_IsFoundById()
    {
        var spec = new PartitionSpec(0, new PartitionField(1, 1000, "redpanda.timestamp_hour", Transform.Hour));
        var type = new StructType(NestedField.OptionalField(1000, "redpanda.timestamp_hour", IcebergType.Int));

        var entry = Assert.Single(ManifestReader.Read(AvroFixtures.Read("files/avro/dot-field-name.avro"), Line(sequenceNumber: 7), spec, type));

        Assert.Equal(new PartitionData(Literal.Int(485654)), entry.DataFile.Partition);
        Assert.Equal(7, entry.SequenceNumber);
        Assert.Equal("parquet", entry.DataFile.FileFormat);
    }

    [SharedFact]
    public void Read_FileWithoutHeaderKeys_IsReadAllTheSame()
    {
        var entry = Assert.Single(ManifestReader.Read(
            AvroFixtures.Read("files/avro/local-path-manifest.avro"), Line(sequenceNumber: 3), PartitionSpec.Unpartitioned, new StructType()));

        Assert.Equal("/etc/passwd", entry.DataFile.FilePath);
        Assert.Equal(99, entry.SnapshotId);
    }

    [SharedFact]
    public void Read_ManifestList_IsNoManifest()
    {
        var exception = Assert.Throws<IcebergException>(() => ManifestReader.Read(
            AvroFixtures.Read("files/avro/manifest-list-v2-1.avro"), Line(sequenceNumber: 3), PartitionSpec.Unpartitioned, new StructType()));

        Assert.Equal(
            "Cannot read the manifest 'm.avro': The records 'manifest_file' have no 'data_file' (field id 2).", exception.Message);
    }

    [SharedTheory]
    [InlineData("files/avro/a85973e4-4009-4cba-875e-5278a2c6027d-m0.avro")]
    [InlineData("files/avro/dot-field-name.avro")]
    public void Read_DamagedAnywhere_FailsCleanly(string path)
    {
        var content = AvroFixtures.Read(path);
        var random = new Random(3);
        for (var i = 0; i < 400; i++)
        {
            var damaged = content.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));

            var exception = Record.Exception(() => ManifestReader.Read(damaged, Line(1), PartitionSpec.Unpartitioned, new StructType()));

            Assert.True(exception is null or IcebergException, exception?.ToString());
        }
    }

    [Theory]
    [InlineData(ManifestEntryStatus.Added, null, 5L, 5L)]
    [InlineData(ManifestEntryStatus.Added, 3L, 5L, 3L)]
    [InlineData(ManifestEntryStatus.Existing, 3L, 5L, 3L)]
    [InlineData(ManifestEntryStatus.Existing, null, 0L, 0L)]
    public void Read_SequenceNumber_IsInherited(ManifestEntryStatus status, long? written, long ofManifest, long expected)
    {
        var entry = Assert.Single(Read(status, written, Line(ofManifest)));

        Assert.Equal(expected, entry.SequenceNumber);
    }

    [Fact]
    public void Read_ExistingFileWithoutSequenceNumber_IsRefused()
    {
        var exception = Assert.Throws<IcebergException>(() => Read(ManifestEntryStatus.Existing, null, Line(5)));

        Assert.Equal(
            "Cannot read the manifest 'm.avro': The file 'a.parquet' has the status EXISTING and no 'sequence_number', which only added files may inherit.",
            exception.Message);
    }

    [Fact]
    public void Read_FirstRowIdOfManifest_IsSpreadOverItsFiles()
    {
        var line = Line(5) with { FirstRowId = 1000 };

        var entries = Read([Entry(ManifestEntryStatus.Added, null), Entry(ManifestEntryStatus.Deleted, 1), Entry(ManifestEntryStatus.Added, null)], line);

        Assert.Equal([1000L, null, 1010L], entries.Select(entry => entry.DataFile.FirstRowId));
    }

    private static ManifestFile Line(long sequenceNumber) => new()
    {
        ManifestPath = "m.avro",
        ManifestLength = 1,
        PartitionSpecId = 0,
        AddedSnapshotId = 99,
        SequenceNumber = sequenceNumber,
    };

    private static IEnumerable<ManifestEntry> Read(ManifestEntryStatus status, long? sequenceNumber, ManifestFile line) => Read([Entry(status, sequenceNumber)], line);

    private static IEnumerable<ManifestEntry> Read((ManifestEntryStatus Status, long? SequenceNumber)[] entries, ManifestFile line)
    {
        // A writer of its own: only the required fields, which says that nothing else is needed.
        var schema = (AvroRecordSchema)AvroSchemaJson.Parse(
            """
            {"type":"record","name":"manifest_entry","fields":[
              {"name":"status","type":"int","field-id":0},
              {"name":"seq","type":["null","long"],"default":null,"field-id":3},
              {"name":"file_seq","type":["null","long"],"default":null,"field-id":4},
              {"name":"data_file","field-id":2,"type":{"type":"record","name":"r2","fields":[
                {"name":"path","type":"string","field-id":100},{"name":"format","type":"string","field-id":101},
                {"name":"partition","type":{"type":"record","name":"r102","fields":[]},"field-id":102},
                {"name":"records","type":"long","field-id":103},{"name":"size","type":"int","field-id":104}]}}]}
            """);
        var file = new AvroFileWriter(schema, [], AvroCodec.Null);
        var dataFile = (AvroRecordSchema)schema.Fields[3].Schema;
        var partition = new AvroRecord((AvroRecordSchema)dataFile.Fields[2].Schema, []);
        foreach (var (status, sequenceNumber) in entries)
        {
            var record = new AvroRecord(
                schema, [(int)status, sequenceNumber, sequenceNumber, new AvroRecord(dataFile, ["a.parquet", "PARQUET", partition, 10L, 100])]);
            file.Append(record, static (writer, record) => AvroDatum.Write(writer, record.Schema, record));
        }

        return ManifestReader.Read(file.Finish(), line, PartitionSpec.Unpartitioned, new StructType());
    }

    private static (ManifestEntryStatus Status, long? SequenceNumber) Entry(ManifestEntryStatus status, long? sequenceNumber) => (status, sequenceNumber);
}
