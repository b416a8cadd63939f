using FederatedQuery.Logs.Tail;

namespace FederatedQuery.Logs.Tests.Tail;

public class TailCursorTests
{
    private static readonly Guid Id = Guid.Parse("0193a000-0000-7000-8000-000000000001");
    private static readonly Guid Other = Guid.Parse("0193a000-0000-7000-8000-000000000002");

    [Fact]
    public void ToString_EveryKind_IsReadAgain()
    {
        TailCursor[] cursors =
        [
            TailCursor.Stored(long.MaxValue, Id, -1), TailCursor.AfterBatch(0), TailCursor.InTime(7, Id, 1_763_800_000_000_000), TailCursor.InTime(7, Id, long.MinValue, Other),
        ];

        Assert.All(cursors, cursor =>
        {
            Assert.True(TailCursor.TryParse(cursor.ToString(), out var parsed));
            Assert.Equal(cursor, parsed);
        });
    }

    [Fact]
    public void TryParse_AnyOtherText_IsFalse()
    {
        var text = TailCursor.InTime(7, Id, 1, Other).ToString();
        var broken = Enumerable.Range(0, text.Length).Select(i => text[..i])
            .Concat(Enumerable.Range(0, text.Length).Select(i => text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..]))
            .Concat(["", "x", text + "A", text + text, new string('A', 60), "not base64 at all!, but as long as a cursor would have to be", "ÄÖÜ" + text[3..]]);

        Assert.All(broken, one => Assert.False(TailCursor.TryParse(one, out _), one));
    }
}
