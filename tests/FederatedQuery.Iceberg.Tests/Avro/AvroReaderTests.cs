using FederatedQuery.Iceberg.Avro;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Avro;

public class AvroReaderTests
{
    /// <summary>Avro specification, Binary Encoding.</summary>
    [Theory]
    [InlineData(0L, "00")]
    [InlineData(-1L, "01")]
    [InlineData(1L, "02")]
    [InlineData(-2L, "03")]
    [InlineData(-64L, "7F")]
    [InlineData(64L, "8001")]
    [InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void ReadLong_Encoded_IsTheNumber(long value, string hex)
    {
        var writer = new AvroWriter();
        writer.WriteLong(value);

        Assert.Equal(hex, Convert.ToHexString(writer.Written.Span));
        Assert.Equal(value, new AvroReader(Convert.FromHexString(hex)).ReadLong());
    }

    [Fact]
    public void Read_AnyValues_AreThoseWritten() => Prop.ForAll<(long, string, byte[]), (double, float, bool, int)>((a, b) =>
    {
        var writer = new AvroWriter();
        var text = new string([.. (a.Item2 ?? "").Where(c => !char.IsSurrogate(c))]);
        writer.WriteLong(a.Item1);
        writer.WriteString(text);
        writer.WriteBytes(a.Item3 ?? []);
        writer.WriteDouble(b.Item1);
        writer.WriteFloat(b.Item2);
        writer.WriteBoolean(b.Item3);
        writer.WriteInt(b.Item4);

        var reader = new AvroReader(writer.Written.Span);
        return reader.ReadLong() == a.Item1 && reader.ReadString() == text && reader.ReadBytes().SequenceEqual(a.Item3 ?? [])
            && reader.ReadDouble().Equals(b.Item1) && reader.ReadFloat().Equals(b.Item2) && reader.ReadBoolean() == b.Item3 && reader.ReadInt() == b.Item4
            && reader.Remaining == 0;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", "1 bytes are wanted at position 0, and 0 are left")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01", "a number takes more than 10 bytes")]
    public void ReadLong_Broken_SaysWhy(string hex, string reason) =>
        AssertInvalid(reason, () => new AvroReader(Convert.FromHexString(hex)).ReadLong());

    [Fact]
    public void ReadInt_Beyond32Bits_IsRefused()
    {
        var writer = new AvroWriter();
        writer.WriteLong(1L << 31);

        AssertInvalid("an int is 2147483648, beyond 32 bits", () => new AvroReader(writer.Written.Span).ReadInt());
    }

    [Theory]
    [InlineData("03", "a length is -2")]
    [InlineData("FEFFFFFFFFFFFFFFFF01", "9223372036854775807 bytes are wanted")]
    public void ReadBytes_ImpossibleLength_IsRefused(string hex, string reason) =>
        AssertInvalid(reason, () => new AvroReader(Convert.FromHexString(hex)).ReadBytes().Length);

    [Fact]
    public void ReadString_NotUtf8_IsRefused() => AssertInvalid("a string is not UTF-8", () => new AvroReader([4, 0xC3, 0x28]).ReadString());

    [Fact]
    public void ReadBlockCount_MoreThanCanBe_IsRefused()
    {
        var writer = new AvroWriter();
        writer.WriteLong(1_000_000_000);

        AssertInvalid("a block says it has 1000000000 items", () => new AvroReader(writer.Written.Span).ReadBlockCount());
    }

    [Fact]
    public void Read_RecursiveSchemaNestedTooDeep_IsRefused()
    {
        var schema = AvroSchemaJson.Parse("""{"type":"record","name":"node","fields":[{"name":"next","type":["null","node"]}]}""");
        var data = Enumerable.Repeat((byte)2, 100_000).ToArray();

        AssertInvalid("nested more than 128 levels deep", () =>
        {
            var reader = new AvroReader(data);
            return AvroDatum.Read(ref reader, schema);
        });
        AssertInvalid("nested more than 128 levels deep", () =>
        {
            var reader = new AvroReader(data);
            reader.Skip(schema);
            return 0;
        });
    }

    private static void AssertInvalid<T>(string reason, Func<T> read)
    {
        var exception = Assert.Throws<IcebergException>(() => { read(); });
        Assert.Equal(IcebergErrorKind.InvalidFile, exception.Kind);
        Assert.Contains(reason, exception.Message);
    }
}
