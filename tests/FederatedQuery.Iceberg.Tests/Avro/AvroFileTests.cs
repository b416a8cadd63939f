using System.Text.Json.Nodes;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Avro;

public class AvroFileTests
{
    public static TheoryData<string> GoodFiles => new(AvroFixtures.Of("avro").Select(file => file.GetProperty("path").GetString()!).DefaultIfEmpty(""));

    public static TheoryData<string> BadFiles => new(AvroFixtures.Of("avro-bad").Select(file => file.GetProperty("path").GetString()!).DefaultIfEmpty(""));

    [SharedTheory]
    [MemberData(nameof(GoodFiles))]
    public void ReadBlocks_FileOfAnotherWriter_GivesItsRecords(string path)
    {
        var expected = AvroFixtures.Find(path);

        var file = AvroFile.Open(AvroFixtures.Read(path));
        var records = AvroDatum.ReadAll(file).Select(AvroFixtures.ToJson).ToArray();

        Assert.Equal(expected.GetProperty("codec").GetString(), file.Codec.Name);
        Assert.Equal(
            expected.GetProperty("metadata_keys").EnumerateArray().Select(key => key.GetString()!).Order(StringComparer.Ordinal),
            file.Metadata.Keys.Append("avro.codec").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(expected.GetProperty("record_count").GetInt32(), records.Length);
        if (expected.TryGetProperty("records", out var expectedRecords))
        {
            var actual = new JsonArray(records);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expectedRecords.GetRawText()), actual), $"Read:\n{actual.ToJsonString()}");
        }
    }

    [SharedTheory]
    [MemberData(nameof(GoodFiles))]
    public void Skip_FileOfAnotherWriter_EndsWithTheBlock(string path)
    {
        var file = AvroFile.Open(AvroFixtures.Read(path));

        foreach (var block in file.ReadBlocks())
        {
            block.ReadAll(file.Schema, static (ref AvroReader reader, AvroSchema schema) => reader.Skip(schema));
        }
    }

    [SharedTheory]
    [MemberData(nameof(BadFiles))]
    public void ReadBlocks_BrokenFile_FailsClearly(string path)
    {
        var exception = Assert.Throws<IcebergException>(() => AvroDatum.ReadAll(AvroFile.Open(AvroFixtures.Read(path))));

        Assert.Equal(IcebergErrorKind.InvalidFile, exception.Kind);
    }

    [SharedTheory]
    [MemberData(nameof(GoodFiles))]
    public void ReadBlocks_DamagedAnywhere_FailsCleanly(string path)
    {
        var content = AvroFixtures.Read(path);
        var random = new Random(1);
        for (var i = 0; i < 150; i++)
        {
            var damaged = content.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));

            var exception = Record.Exception(() => AvroDatum.ReadAll(AvroFile.Open(damaged)));

            Assert.True(exception is null or IcebergException, exception?.ToString());
        }
    }

    [SharedFact]
    public void ReadBlocks_CutAnywhere_FailsUnlessBetweenBlocks()
    {
        var content = AvroFixtures.Read("files/avro/weather-snappy.avro");

        var good = Enumerable.Range(0, content.Length)
            .Where(length => Record.Exception(() => AvroDatum.ReadAll(AvroFile.Open(content.AsMemory(0, length)))) is null)
            .ToList();

        // The only cut that is a whole file is the one right after the header: a file without blocks.
        Assert.Single(good);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public void Finish_ManyRecords_CanBeReadBack(string codec)
    {
        var schema = (AvroRecordSchema)AvroSchemaJson.Parse(
            """{"type":"record","name":"r","fields":[{"name":"id","type":"long","field-id":1},{"name":"text","type":["null","string"],"default":null}]}""");
        var records = Enumerable.Range(0, 20_000)
            .Select(i => new AvroRecord(schema, [(long)i * 31, i % 3 == 0 ? null : $"text {i}"]))
            .ToList();
        var writer = new AvroFileWriter(schema, [new("content", "data")], AvroCodec.Find(codec));
        foreach (var record in records)
        {
            writer.Append(record, static (avro, record) => AvroDatum.Write(avro, record.Schema, record));
        }

        var file = AvroFile.Open(writer.Finish());

        Assert.Equal("data", file.FindText("content"));
        Assert.Equal(schema.ToString(), file.Schema.ToString());
        Assert.True(file.ReadBlocks().Count() > 1);
        Assert.Equal(records.Select(record => record.Values), AvroDatum.ReadAll(file).Select(value => ((AvroRecord)value!).Values));
    }

    [Fact]
    public void Open_UnknownCodec_NamesTheKnownOnes()
    {
        var exception = Assert.Throws<IcebergException>(() => AvroCodec.Find("bzip2"));

        Assert.Equal(IcebergErrorKind.Unsupported, exception.Kind);
        Assert.Equal("The Avro codec 'bzip2' is not supported; null, deflate, snappy and zstandard are.", exception.Message);
    }

    [Fact]
    public void Decompress_DeflateBomb_IsRefused()
    {
        var bomb = AvroCodec.Deflate.Compress(new byte[1_000_000]);

        var exception = Assert.Throws<IcebergException>(() => AvroCodec.Deflate.Decompress(bomb, 999_999));

        Assert.Equal("A block with codec 'deflate' cannot be decompressed: it decompresses to more than the 999999 bytes allowed here.", exception.Message);
    }

    [Fact]
    public void Decompress_SnappyWithWrongChecksum_IsRefused()
    {
        var block = AvroCodec.Snappy.Compress("some data"u8);
        block[^1] ^= 1;

        var exception = Assert.Throws<IcebergException>(() => AvroCodec.Snappy.Decompress(block, 1000));

        Assert.Equal("A block with codec 'snappy' cannot be decompressed: its CRC-32 is wrong.", exception.Message);
    }
}
