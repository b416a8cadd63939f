using System.Buffers.Binary;
using System.Text;
using FederatedQuery.Cold.Checksums;

namespace FederatedQuery.Cold.Tests.Checksums;

public class XxHash64Tests
{
    /// <summary>Of the reference implementation; the long ones go through the stripes.</summary>
    [Theory]
    [InlineData("", 0UL, 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0UL, 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0UL, 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0UL, 0xFBCEA83C8A378BF1UL)]
    public void Of_Text_IsThatOfTheReference(string text, ulong seed, ulong expected) =>
        Assert.Equal(expected, XxHash64.Of(seed, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Of_Numbers_IsThatOfTheirBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 0x0123456789ABCDEF);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), ulong.MaxValue - 5);

        Assert.Equal(XxHash64.Of(77, bytes.AsSpan(0, 8)), XxHash64.Of(77, 0x0123456789ABCDEF));
        Assert.Equal(XxHash64.Of(77, bytes), XxHash64.Of(77, 0x0123456789ABCDEF, ulong.MaxValue - 5));
    }
}
