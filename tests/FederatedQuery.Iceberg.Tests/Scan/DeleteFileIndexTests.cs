using System.Collections.Immutable;
using System.Text;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Scan;

/// <summary>The scope rules of deletes (spec: Scan Planning), one by one.</summary>
public class DeleteFileIndexTests
{
    private const int FilePathFieldId = 2147483546;

    private static readonly Schema TableSchema = new(0, NestedField.RequiredField(1, "id", IcebergType.Int));

    /// <summary>Spec 0 is unpartitioned, spec 1 by id.</summary>
    private static readonly TableMetadata Table = TableMetadataChanges
        .Create(Guid.Empty, "s3://b/t", TableSchema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, ImmutableDictionary<string, string>.Empty, 0)
        .WithDefaultPartitionSpec(new PartitionSpec(1, new PartitionField(1, 1000, "id", Transform.Identity)));

    [Theory]
    [InlineData(FileContent.PositionDeletes, 4, "")]
    [InlineData(FileContent.PositionDeletes, 5, "d5")]
    [InlineData(FileContent.PositionDeletes, 6, "d6")]
    [InlineData(FileContent.EqualityDeletes, 4, "")]
    [InlineData(FileContent.EqualityDeletes, 5, "")]
    [InlineData(FileContent.EqualityDeletes, 6, "d6")]
    public void DeletesFor_SequenceNumber_DecidesByKind(FileContent content, long sequenceNumber, string expected) =>
        AssertDeletes(expected, sequenceNumber: 5, Delete($"d{sequenceNumber}", content, sequenceNumber));

    [Theory]
    [InlineData(FileContent.PositionDeletes, 1, 1, "d")]
    [InlineData(FileContent.PositionDeletes, 1, 2, "")]
    [InlineData(FileContent.PositionDeletes, 0, null, "")]
    [InlineData(FileContent.EqualityDeletes, 1, 1, "d")]
    [InlineData(FileContent.EqualityDeletes, 1, 2, "")]
    [InlineData(FileContent.EqualityDeletes, 0, null, "d")]
    public void DeletesFor_Partition_MustBeTheSameUnlessEqualityIsGlobal(FileContent content, int specId, int? partition, string expected) =>
        AssertDeletes(expected, sequenceNumber: 5, Delete("d", content, 9, specId, partition));

    [Fact]
    public void DeletesFor_ReferencedDataFile_MustBeTheFile() => AssertDeletes(
        "mine",
        sequenceNumber: 5,
        Delete("mine", FileContent.PositionDeletes, 6) with { DataFile = File("mine", FileContent.PositionDeletes) with { ReferencedDataFile = "s3://b/data.parquet" } },
        Delete("other", FileContent.PositionDeletes, 6) with { DataFile = File("other", FileContent.PositionDeletes) with { ReferencedDataFile = "s3://b/other.parquet" } });

    [Fact]
    public void DeletesFor_DeletionVector_ReplacesPositionDeletesButNotEquality() => AssertDeletes(
        "vector,equality",
        sequenceNumber: 5,
        Delete("position", FileContent.PositionDeletes, 6),
        Delete("equality", FileContent.EqualityDeletes, 7),
        Vector("vector", 8));

    [Fact]
    public void DeletesFor_DeletionVectorOlderThanTheFile_DoesNotCount() => AssertDeletes(
        "position", sequenceNumber: 5, Delete("position", FileContent.PositionDeletes, 6), Vector("vector", 4));

    [Theory]
    [InlineData("s3://b/a", "s3://b/e", "d")]
    [InlineData("s3://b/data.parquet", "s3://b/data.parquet", "d")]
    [InlineData("s3://b/e", "s3://b/f", "")]
    [InlineData("s3://b/a", "s3://b/b", "")]
    [InlineData("hdfs://h/x", "hdfs://h/y", "d")]
    public void DeletesFor_BoundsOfPaths_RuleOutOnlyWithinOneStore(string lower, string upper, string expected) => AssertDeletes(
        expected,
        sequenceNumber: 5,
        Delete("d", FileContent.PositionDeletes, 6) with
        {
            DataFile = File("d", FileContent.PositionDeletes) with { LowerBounds = Bound(lower), UpperBounds = Bound(upper) },
        });

    [Fact]
    public void Constructor_DeletionVectorWithoutDataFile_IsRefused()
    {
        var vector = Vector("v.puffin", 6);

        var exception = Assert.Throws<IcebergException>(
            () => new DeleteFileIndex([vector with { DataFile = vector.DataFile with { ReferencedDataFile = null } }], Table, LocationMap.Empty));

        Assert.Equal("The deletion vector in 'v.puffin' at 4 names no data file ('referenced_data_file').", exception.Message);
    }

    private static void AssertDeletes(string expected, long sequenceNumber, params ManifestEntry[] deletes)
    {
        var found = new DeleteFileIndex(deletes, Table, LocationMap.Empty).DeletesFor(File("s3://b/data.parquet", FileContent.Data), sequenceNumber);

        Assert.Equal(expected, string.Join(',', found.Select(delete => delete.File.FilePath)));
    }

    private static ManifestEntry Delete(string path, FileContent content, long sequenceNumber, int specId = 1, int? partition = 1) => new()
    {
        Status = ManifestEntryStatus.Added,
        SnapshotId = 1,
        SequenceNumber = sequenceNumber,
        FileSequenceNumber = sequenceNumber,
        DataFile = File(path, content, specId, partition),
    };

    private static ManifestEntry Vector(string path, long sequenceNumber) => Delete(path, FileContent.PositionDeletes, sequenceNumber) with
    {
        DataFile = File(path, FileContent.PositionDeletes) with { ReferencedDataFile = "s3://b/data.parquet", ContentOffset = 4, ContentSizeInBytes = 10, FileFormat = "puffin" },
    };

    private static DataFile File(string path, FileContent content, int specId = 1, int? partition = 1) => new()
    {
        FilePath = path,
        FileFormat = DataFile.Parquet,
        Content = content,
        SpecId = specId,
        Partition = partition is { } value ? new PartitionData(Literal.Int(value)) : PartitionData.Empty,
        RecordCount = 1,
        FileSizeInBytes = 1,
        EqualityIds = content == FileContent.EqualityDeletes ? [1] : [],
    };

    private static FieldIdMap<ReadOnlyMemory<byte>> Bound(string path) =>
        FieldIdMap<ReadOnlyMemory<byte>>.Create([new(FilePathFieldId, Encoding.UTF8.GetBytes(path))]);
}
