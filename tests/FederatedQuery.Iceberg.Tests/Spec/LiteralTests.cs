using System.Text;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class LiteralTests
{
    public static TheoryData<string> Types() => [.. Generators.Types.Select(type => type.ToString())];

    [Theory]
    [MemberData(nameof(Types))]
    public void Serializations_AnyValue_RoundTrip(string typeText)
    {
        var type = PrimitiveType.Parse(typeText);

        Prop.ForAll(Generators.Value(type).ToArbitrary(), value =>
        {
            var json = JsonDocument.Parse(JsonText.Write(writer => SingleValueJson.WriteLiteral(writer, value))).RootElement;
            return value.IsOf(type)
                && Literal.FromBytes(type, value.ToBytes()) == value
                && SingleValueJson.ReadLiteral(type, json) == value
                && Literal.TryParse(type, value.ToString(), out var parsed) && parsed == value;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void CompareTo_AnyThreeValues_IsATotalOrderThatAgreesWithEquality(string typeText)
    {
        var type = PrimitiveType.Parse(typeText);
        var triples = from a in Generators.Value(type) from b in Generators.Value(type) from c in Generators.Value(type) select (a, b, c);

        Prop.ForAll(triples.ToArbitrary(), t =>
            Math.Sign(t.a.CompareTo(t.b)) == -Math.Sign(t.b.CompareTo(t.a))
            && (t.a.CompareTo(t.b) == 0) == (t.a == t.b)
            && (t.a != t.b || t.a.GetHashCode() == t.b.GetHashCode())
            && !(t.a.CompareTo(t.b) <= 0 && t.b.CompareTo(t.c) <= 0 && t.a.CompareTo(t.c) > 0)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void CompareTo_Text_IsTheOrderOfTheUtf8Bytes() => Prop.ForAll(
        (from a in Generators.Text() from b in Generators.Text() select (a, b)).ToArbitrary(),
        t => Math.Sign(Literal.String(t.a).CompareTo(Literal.String(t.b)))
            == Math.Sign(Encoding.UTF8.GetBytes(t.a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(t.b)))).QuickCheckThrowOnFailure();

    [Fact]
    public void CompareTo_FloatingPoint_PutsMinusZeroFirstAndNaNLast()
    {
        double[] ascending = [double.NegativeInfinity, -1, -0.0, 0.0, double.Epsilon, double.MaxValue, double.PositiveInfinity, double.NaN];

        Assert.Equal(
            ascending.Select(BitConverter.DoubleToInt64Bits),
            ascending.Reverse().Select(Literal.Double).Order().Select(value => BitConverter.DoubleToInt64Bits(value.AsDouble)));
        Assert.Equal(Literal.Double(double.NaN), Literal.Double(BitConverter.Int64BitsToDouble(0x7ff8000000000001)));
        Assert.NotEqual(Literal.Float(0f), Literal.Float(-0f));
        Assert.Equal(0, Literal.CompareInPredicate(Literal.Float(0f), Literal.Float(-0f)));
    }

    [Fact]
    public void CompareTo_UuidsAndBytes_AreUnsigned()
    {
        var low = Literal.Uuid(new Guid("7fffffff-ffff-ffff-ffff-ffffffffffff"));
        var high = Literal.Uuid(new Guid("80000000-0000-0000-0000-000000000000"));

        Assert.True(low.CompareTo(high) < 0);
        Assert.True(Literal.Binary([0x7F]).CompareTo(Literal.Binary([0x80])) < 0);
        Assert.True(Literal.Binary([1]).CompareTo(Literal.Binary([1, 0])) < 0);
    }

    [Fact]
    public void Equals_DecimalsOfTwoScales_CompareByWorth()
    {
        var short1 = Literal.Decimal(-125, 1);
        var long1 = Literal.Decimal(-12500, 3);

        Assert.Equal(short1, long1);
        Assert.Equal(short1.GetHashCode(), long1.GetHashCode());
        Assert.True(Literal.Decimal(-126, 1).CompareTo(long1) < 0);
        Assert.Equal(Literal.Decimal(0, 2).GetHashCode(), Literal.Decimal(0, 9).GetHashCode());
    }

    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(-1, "1969-12-31")]
    [InlineData(-719162, "0001-01-01")]
    [InlineData(-719163, "0000-12-31")]
    [InlineData(-719529, "-0001-12-31")]
    [InlineData(2932897, "+10000-01-01")]
    [InlineData(11016, "2000-02-29")]
    [InlineData(int.MinValue, "-5877641-06-23")]
    [InlineData(int.MaxValue, "+5881580-07-11")]
    public void ToString_Date_IsIso8601(int days, string text)
    {
        Assert.Equal(text, Literal.Date(days).ToString());
        Assert.True(Literal.TryParse(IcebergType.Date, text, out var parsed));
        Assert.Equal(days, parsed.AsInt);
    }

    [Theory]
    [InlineData("timestamp", "1969-12-31T23:59:59.999999", -1)]
    [InlineData("timestamp", "1970-01-01 00:00", 0)]
    [InlineData("timestamp_ns", "1969-12-31T23:59:59.999999999", -1)]
    [InlineData("timestamptz", "1970-01-01T01:00:00.5+01:00", 500_000)]
    [InlineData("timestamptz", "1969-12-31T16:00:00-0800", 0)]
    [InlineData("timestamptz_ns", "1970-01-01T00:00:00.000000001Z", 1)]
    [InlineData("time", "23:59:59.999999", 86_399_999_999)]
    [InlineData("timestamp", "1970-01-01T00:00:00.123456000", 123_456)]
    public void TryParse_Instant_GivesItsUnits(string type, string text, long units)
    {
        Assert.True(Literal.TryParse(PrimitiveType.Parse(type), text, out var value));
        Assert.Equal(units, value.AsLong);
    }

    [Theory]
    [InlineData("date", "2021-02-29")]
    [InlineData("date", "2021-13-01")]
    [InlineData("date", "2021-1-01")]
    [InlineData("date", "")]
    [InlineData("time", "24:00:00")]
    [InlineData("time", "10:00:00.1234567")]
    [InlineData("timestamp", "2021-01-01T00:00:00+00:00")]
    [InlineData("timestamptz", "2021-01-01T00:00:00")]
    [InlineData("timestamp_ns", "3000-01-01T00:00:00")]
    [InlineData("int", "2147483648")]
    [InlineData("decimal(4,2)", "100.00")]
    [InlineData("decimal(4,2)", "1.001")]
    [InlineData("decimal(4,2)", "1.5E")]
    [InlineData("uuid", "f79c3e09677c4bbda4793f349cb785e7")]
    [InlineData("fixed[2]", "0102ff")]
    [InlineData("binary", "0x01")]
    [InlineData("boolean", "yes")]
    public void TryParse_TextThatIsNoValue_IsRefused(string type, string text) =>
        Assert.False(Literal.TryParse(PrimitiveType.Parse(type), text, out _));

    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "ff")]
    [InlineData(127, "7f")]
    [InlineData(128, "0080")]
    [InlineData(-128, "80")]
    [InlineData(-129, "ff7f")]
    public void ToBytes_Decimal_TakesNoMoreBytesThanNeeded(int unscaled, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(Literal.Decimal(unscaled, 2).ToBytes()));

    [Theory]
    [InlineData("int", "0000")]
    [InlineData("uuid", "00")]
    [InlineData("boolean", "")]
    [InlineData("string", "ff")]
    [InlineData("decimal(38,0)", "")]
    [InlineData("decimal(38,0)", "0100000000000000000000000000000000")]
    [InlineData("unknown", "00")]
    public void TryFromBytes_BytesThatAreNoValue_IsRefused(string type, string hex)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.False(Literal.TryFromBytes(PrimitiveType.Parse(type), bytes, out _));
        Assert.Equal(
            $"{bytes.Length} bytes (0x{hex}) are not a value of type {PrimitiveType.Parse(type)}.",
            Assert.Throws<IcebergException>(() => Literal.FromBytes(PrimitiveType.Parse(type), bytes)).Message);
    }

    [Theory]
    [InlineData("long", "ffffffff", "-1")]
    [InlineData("double", "0000c03f", "1.5")]
    [InlineData("timestamp", "ffffffff", "1969-12-31T00:00:00.000000")]
    [InlineData("timestamp_ns", "01000000", "1970-01-02T00:00:00.000000000")]
    public void FromBytes_BoundFromBeforeAPromotion_IsReadAsTheNewType(string type, string hex, string text) =>
        Assert.Equal(text, Literal.FromBytes(PrimitiveType.Parse(type), Convert.FromHexString(hex)).ToString());

    [Fact]
    public void Accessors_OfAnotherKind_Throw()
    {
        Assert.Equal("A literal of kind String has no AsInt.", Assert.Throws<InvalidOperationException>(() => Literal.String("1").AsInt).Message);
        Assert.Throws<ArgumentException>(() => Literal.Int(1).CompareTo(Literal.Long(1)));
        Assert.NotEqual(Literal.Int(1), Literal.Long(1));
    }
}
