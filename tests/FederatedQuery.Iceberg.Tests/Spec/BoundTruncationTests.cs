using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class BoundTruncationTests
{
    [Theory]
    [InlineData("abcdef", 3, "abc", "abd")]
    [InlineData("abc", 3, "abc", "abc")]
    [InlineData("ab\U0010FFFFx", 3, "ab\U0010FFFF", "ac")]
    [InlineData("\U0010FFFF\U0010FFFF!", 2, "\U0010FFFF\U0010FFFF", null)]
    [InlineData("a\uD7FFz", 2, "a\uD7FF", "a\uE000")]
    [InlineData("a\uFFFFz", 2, "a\uFFFF", "a\U00010000")]
    [InlineData("😀😀", 1, "😀", "😁")]
    public void Text_IsCutByCodePoint(string text, int length, string lower, string? upper)
    {
        Assert.Equal(Literal.String(lower), BoundTruncation.Lower(Literal.String(text), length));
        Assert.Equal(upper is null ? null : Literal.String(upper), BoundTruncation.Upper(Literal.String(text), length));
    }

    [Theory]
    [InlineData("010203", 2, "0102", "0103")]
    [InlineData("01FF03", 2, "01FF", "02")]
    [InlineData("FFFFFF", 2, "FFFF", null)]
    public void Bytes_AreCut(string hex, int length, string lower, string? upper)
    {
        var bound = Literal.Binary(Convert.FromHexString(hex));

        Assert.Equal(Literal.Binary(Convert.FromHexString(lower)), BoundTruncation.Lower(bound, length));
        Assert.Equal(upper is null ? null : Literal.Binary(Convert.FromHexString(upper)), BoundTruncation.Upper(bound, length));
    }

    [Fact]
    public void OtherKinds_StayAsTheyAre() => Assert.Equal(Literal.Long(5), BoundTruncation.Upper(Literal.Long(5), 1));
}
