using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.ObjectStore.Tests;

public class ObjectKeyTests
{
    [Fact]
    public void Validate_EmptySegment_SaysSo()
    {
        var exception = Assert.Throws<ObjectStoreException>(() => ObjectKey.Validate("a//b"));

        Assert.Equal(
            "The object key 'a//b' has an empty segment (it begins or ends with '/' or has two in a row). A key looks like 'folder/name.parquet'.",
            exception.Message);
    }

    [Theory]
    [InlineData("x", 1024, true)]
    [InlineData("x", 1025, false)]
    [InlineData("ü", 512, true)]
    [InlineData("ü", 513, false)]
    public void Validate_Length_CountsUtf8Bytes(string unit, int count, bool isValid)
    {
        var key = string.Concat(Enumerable.Repeat(unit, count));

        Assert.Equal(isValid, Record.Exception(() => ObjectKey.Validate(key)) is null);
    }

    [Fact]
    public void Validate_LoneSurrogate_IsRefused() =>
        Assert.Contains("not well-formed", Assert.Throws<ObjectStoreException>(() => ObjectKey.Validate("a\ud800b")).Message);

    [Fact]
    public void Compare_AnyTexts_IsTheOrderOfUtf8Bytes()
    {
        var text = ArbMap.Default.GeneratorFor<int[]>()
            .Select(codes => string.Concat(codes.Select(code => char.ConvertFromUtf32(0xD780 + (Math.Abs(code % 7) * 0x180) is var point && point is >= 0xD800 and <= 0xDFFF ? point + 0x10000 : point))));

        Prop.ForAll(
            text.ToArbitrary(), text.ToArbitrary(),
            (left, right) => Math.Sign(ObjectKey.Compare(left, right))
                == Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))))
            .QuickCheckThrowOnFailure();
    }
}
