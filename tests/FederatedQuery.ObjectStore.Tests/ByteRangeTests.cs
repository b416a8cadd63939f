namespace FederatedQuery.ObjectStore.Tests;

public class ByteRangeTests
{
    [Fact]
    public void Within_DefaultValue_IsTheWholeObject() => Assert.Equal((0L, 10L), default(ByteRange).Within(10));

    [Fact]
    public void Within_EmptyRange_IsEmpty() => Assert.Equal((3L, 0L), ByteRange.Of(3, 0).Within(10));

    [Fact]
    public void Within_SuffixOfNothing_IsEmptyAtTheEnd() => Assert.Equal((10L, 0L), ByteRange.Last(0).Within(10));

    [Fact]
    public void Of_Negative_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => ByteRange.Of(-1, 5));
}
