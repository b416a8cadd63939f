using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Iceberg.Tests.Transforms;

public class TransformExtensionsTests
{
    [Fact]
    public void Apply_Null_IsNullForEveryTransform()
    {
        Transform[] all =
        [
            Transform.Identity, Transform.Bucket(4), Transform.Truncate(4), Transform.Year, Transform.Month, Transform.Day, Transform.Hour,
            Transform.Void, new UnknownTransform("zorder"),
        ];

        Assert.All(all, transform => Assert.Null(transform.Apply(null)));
        Assert.Null(Transform.Void.Apply((Literal?)Literal.Int(1)));
    }

    [Theory]
    [InlineData("😀😃x", 2, "😀😃")]
    [InlineData("😀😃x", 1, "😀")]
    [InlineData("aé", 5, "aé")]
    [InlineData("", 1, "")]
    public void Apply_TruncateText_CutsByCodePoint(string text, int width, string expected) =>
        Assert.Equal(Literal.String(expected), Transform.Truncate(width).Apply((Literal?)Literal.String(text)));

    [Theory]
    [InlineData("-0.05", 10, "-0.10")]
    [InlineData("-12.34", 50, "-12.50")]
    [InlineData("0.00", 7, "0.00")]
    public void Apply_TruncateDecimal_RoundsDown(string value, int width, string expected)
    {
        Assert.True(Literal.TryParse(IcebergType.Decimal(9, 2), value, out var literal));

        Assert.Equal(expected, Transform.Truncate(width).Apply((Literal?)literal).ToString());
    }

    [Theory]
    [InlineData("1969-12-31T23:59:59.999999", -1, -1, -1, -1)]
    [InlineData("1969-01-01T00:00:00.000000", -1, -12, -365, -8760)]
    [InlineData("0001-01-01T00:00:00.000000", -1969, -23628, -719162, -17259888)]
    [InlineData("2000-02-29T12:00:00.000000", 30, 361, 11016, 264396)]
    public void Apply_TimeTransforms_CountDownBefore1970(string text, int years, int months, int days, int hours)
    {
        Assert.True(Literal.TryParse(IcebergType.Timestamp, text, out var micros));
        Assert.True(Literal.TryParse(IcebergType.TimestampNs, "1969-12-31T23:59:59.999999999", out var nanos));

        Assert.Equal(Literal.Int(years), Transform.Year.Apply((Literal?)micros));
        Assert.Equal(Literal.Int(months), Transform.Month.Apply((Literal?)micros));
        Assert.Equal(Literal.Date(days), Transform.Day.Apply((Literal?)micros));
        Assert.Equal(Literal.Int(hours), Transform.Hour.Apply((Literal?)micros));
        Assert.Equal(Literal.Int(-1), Transform.Hour.Apply((Literal?)nanos));
    }

    [Theory]
    [InlineData("identity", typeof(IdentityTransform))]
    [InlineData("bucket[16]", typeof(BucketTransform))]
    [InlineData("truncate[4]", typeof(TruncateTransform))]
    [InlineData("year", typeof(YearTransform))]
    [InlineData("month", typeof(MonthTransform))]
    [InlineData("day", typeof(DayTransform))]
    [InlineData("hour", typeof(HourTransform))]
    [InlineData("void", typeof(VoidTransform))]
    [InlineData("zorder[a,b]", typeof(UnknownTransform))]
    public void Parse_EveryName_GivesItsTransformAndText(string text, Type expected)
    {
        var transform = Transform.Parse(text);

        Assert.IsType(expected, transform);
        Assert.Equal(text, transform.ToString());
    }

    [Theory]
    [InlineData("bucket[0]")]
    [InlineData("bucket[-1]")]
    [InlineData("truncate[x]")]
    [InlineData("truncate[99999999999]")]
    public void Parse_BadParameter_IsRefused(string text) => Assert.Equal(
        $"Transform '{text}': the number in brackets must be a positive int.",
        Assert.Throws<IcebergException>(() => Transform.Parse(text)).Message);

    [Fact]
    public void PartitionPath_SpecialCharacters_AreEncoded()
    {
        var spec = new PartitionSpec(
            0,
            new PartitionField(1, 1000, "a b", Transform.Identity),
            new PartitionField(2, 1001, "ts_month", Transform.Month),
            new PartitionField(3, 1002, "n", Transform.Bucket(4)));

        Assert.Equal(
            "a%20b=x%2Fy&ts_month=1969-12&n=null".Replace('&', '/'),
            spec.PartitionPath(new PartitionData([Literal.String("x/y"), Literal.Int(-1), null])));
    }

    [Fact]
    public void PartitionPath_LongValue_IsCutBetweenCharacters()
    {
        var spec = new PartitionSpec(0, new PartitionField(1, 1000, "name", Transform.Identity), new PartitionField(2, 1001, "id", Transform.Identity));

        var path = spec.PartitionPath(new PartitionData([Literal.String(string.Concat(Enumerable.Repeat("\U0001F600", 200))), Literal.Int(7)]));

        Assert.Equal($"name={string.Concat(Enumerable.Repeat("%F0%9F%98%80", 16))}/id=7", path);
    }
}
