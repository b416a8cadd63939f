using System.Text.Json;
using FederatedQuery.Iceberg.Puffin;
using FederatedQuery.Iceberg.Tests.Avro;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Puffin;

/// <summary>Puffin files and deletion vectors of other libraries.</summary>
public class PuffinFixturesTests
{
    [SharedFact]
    public void Open_EveryFile_HasItsBlobs()
    {
        var files = AvroFixtures.Of("puffin").ToList();
        foreach (var file in files)
        {
            var footer = file.GetProperty("footer");

            var puffin = PuffinFile.Open(AvroFixtures.Read(file.GetProperty("path").GetString()!));

            Assert.Equal(Texts(footer), puffin.Properties.OrderBy(property => property.Key, StringComparer.Ordinal));
            var expected = footer.GetProperty("blobs").EnumerateArray().ToList();
            Assert.Equal(expected.Count, puffin.Blobs.Length);
            Assert.All(expected.Zip(puffin.Blobs), pair => AssertBlob(pair.First, pair.Second, puffin));
        }

        Assert.Equal(4, files.Count);
    }

    [SharedFact]
    public void Open_BrokenFile_IsRefused() => Assert.Equal(
        IcebergErrorKind.InvalidFile,
        Assert.Throws<IcebergException>(() => PuffinFile.Open(AvroFixtures.Read("files/puffin-bad/corrupt_file.stats"))).Kind);

    [SharedFact]
    public void Parse_EveryPositionFile_GivesItsPositions()
    {
        var files = AvroFixtures.Of("dv").ToList();
        foreach (var file in files)
        {
            var bytes = AvroFixtures.Read(file.GetProperty("path").GetString()!);

            var positions = file.GetProperty("kind").GetString() == "roaring64" ? RoaringPositions.Parse(bytes) : DeletionVector.Parse(bytes);

            Assert.Equal(file.GetProperty("cardinality").GetInt64(), positions.Count);
            Assert.Equal(file.GetProperty("positions").EnumerateArray().Select(position => position.GetInt64()), positions.Enumerate());
        }

        Assert.Equal(4, files.Count);
    }

    private static void AssertBlob(JsonElement expected, PuffinBlob blob, PuffinFile puffin)
    {
        Assert.Equal(expected.GetProperty("type").GetString(), blob.Type);
        Assert.Equal(expected.GetProperty("fields").EnumerateArray().Select(field => field.GetInt32()), blob.Fields);
        Assert.Equal(expected.GetProperty("snapshot-id").GetInt64(), blob.SnapshotId);
        Assert.Equal(expected.GetProperty("sequence-number").GetInt64(), blob.SequenceNumber);
        Assert.Equal(expected.GetProperty("offset").GetInt64(), blob.Offset);
        Assert.Equal(expected.GetProperty("length").GetInt64(), blob.Length);
        if (expected.TryGetProperty("properties", out _))
        {
            Assert.Equal(Texts(expected), blob.Properties.OrderBy(property => property.Key, StringComparer.Ordinal));
        }

        if (expected.TryGetProperty("content_hex", out var hex))
        {
            Assert.Equal(hex.GetString(), Convert.ToHexStringLower(puffin.Read(blob).Span));
        }

        if (expected.TryGetProperty("positions", out var positions))
        {
            Assert.Equal(positions.EnumerateArray().Select(position => position.GetInt64()), DeletionVector.Parse(puffin.Read(blob).Span).Enumerate());
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Texts(JsonElement json) => json.TryGetProperty("properties", out var properties)
        ? properties.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, property.Value.GetString()!)).OrderBy(property => property.Key, StringComparer.Ordinal)
        : [];
}
