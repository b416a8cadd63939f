using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Puffin;
using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Puffin;

public class DeletionVectorTests
{
    [Fact]
    public void Parse_AnyPositions_GivesThemBack() => Prop
        .ForAll(Positions().ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (positions, runs) =>
        {
            var vector = DeletionVector.Parse(RoaringBytes.DeletionVector(positions, runs));

            return vector.Enumerate().SequenceEqual(positions.Distinct().Order()) && vector.Count == positions.Distinct().LongCount();
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_AnyBytesChanged_IsRefused() => Prop
        .ForAll(Positions().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (positions, place, change) =>
        {
            var blob = RoaringBytes.DeletionVector(positions);
            blob[place % blob.Length] ^= (byte)change;

            Assert.Equal(IcebergErrorKind.InvalidFile, Assert.Throws<IcebergException>(() => DeletionVector.Parse(blob)).Kind);
        })
        .QuickCheckThrowOnFailure();

    /// <summary>Without the checksum to catch it: whatever is read holds together, or is refused.</summary>
    [Fact]
    public void ParsePositions_AnyBytesChanged_GivesAscendingPositionsOrIsRefused() => Prop
        .ForAll(Positions().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (positions, place, change) =>
        {
            foreach (var runs in new[] { false, true })
            {
                var bytes = RoaringBytes.Positions(positions, runs);
                bytes[place % bytes.Length] ^= (byte)change;
                try
                {
                    var read = RoaringPositions.Parse(bytes).Enumerate().ToList();
                    Assert.True(read.Zip(read.Skip(1)).All(pair => pair.First < pair.Second) && read.All(position => position >= 0));
                }
                catch (IcebergException exception)
                {
                    Assert.Equal(IcebergErrorKind.InvalidFile, exception.Kind);
                }
            }
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void ParsePositions_Truncated_IsRefused()
    {
        var bytes = RoaringBytes.Positions([1, 2, 70_000, 5L << 32]);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<IcebergException>(() => RoaringPositions.Parse(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Read_LittleRoom_GivesAllBitByBit()
    {
        long[] positions = [0, 63, 64, 65_535, .. Enumerable.Range(100_000, 9_000).Select(i => (long)i), 9_000_000_000];
        foreach (var runs in new[] { false, true })
        {
            var cursor = RoaringPositions.Parse(RoaringBytes.Positions(positions, runs)).Read();
            var buffer = new long[7];
            var read = new List<long>();
            while (cursor.Next(buffer) is var count and > 0)
            {
                read.AddRange(buffer.AsSpan(0, count));
            }

            Assert.Equal(positions, read);
        }
    }

    [Fact]
    public void Parse_OtherCountThanTheManifest_IsRefused()
    {
        var file = new DataFile
        {
            FilePath = "s3://b/deletes.puffin",
            FileFormat = "puffin",
            Content = FileContent.PositionDeletes,
            SpecId = 0,
            Partition = PartitionData.Empty,
            RecordCount = 3,
            FileSizeInBytes = 100,
            ContentOffset = 4,
        };

        var exception = Assert.Throws<IcebergException>(() => DeletionVector.Parse(file, RoaringBytes.DeletionVector([1, 2])));

        Assert.Equal(
            "Cannot read the deletion vector in 's3://b/deletes.puffin' at 4: A deletion vector holds 2 positions; the manifest says 3.", exception.Message);
    }

    private static Gen<long[]> Positions() => Gen.OneOf(
        Gen.Choose(0, 200_000).Select(i => (long)i).ListOf().Select(list => list.ToArray()),
        Gen.Choose(0, 100_000).SelectMany(start => Gen.Choose(1, 20_000).Select(count => Enumerable.Range(start, count).Select(i => (long)i).ToArray())),
        Gen.Choose(0, int.MaxValue).Two().Select(pair => ((long)pair.Item1 << 32) | (uint)pair.Item2).ListOf().Select(list => list.ToArray()));
}
