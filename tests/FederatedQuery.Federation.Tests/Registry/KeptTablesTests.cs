using FederatedQuery.Federation.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Federation.Tests.Registry;

public sealed class KeptTablesTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly StoppedClock _time = new();
    private readonly KeptTables _kept;

    public KeptTablesTests() => _kept = new KeptTables(_time, NullLogger.Instance);

    [Fact]
    public void Find_WhatWasKept_IsThereUntilItsTimeIsOver()
    {
        Keep("old");

        Assert.Equal("old", Find(NotExpected)?.Name);
        _time.Advance(KeptTables.RenewedAfter - Moment);
        Assert.Equal("old", Find(NotExpected)?.Name);
        _time.Advance(KeptTables.KeptFor - KeptTables.RenewedAfter + Moment);
        Assert.Null(Find(NotExpected));
    }

    [Fact]
    public async Task Find_HalfOfItsTimeIsOver_RenewsItOnceBesides()
    {
        Keep("old");
        _time.Advance(KeptTables.RenewedAfter);
        var renewed = new TaskCompletionSource();

        Assert.Equal("old", Find(_ => LookUp())?.Name);
        Assert.Equal("old", Find(NotExpected)?.Name);

        await renewed.Task;
        _time.Advance(KeptTables.RenewedAfter - Moment);
        Assert.Equal("new", Find(NotExpected)?.Name);

        Task LookUp()
        {
            Keep("new");
            renewed.SetResult();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void Keep_WhatWasLookedUpBeforeAllWasForgotten_IsNotKept()
    {
        var begun = _kept.Begin();
        _kept.Forget();

        _kept.Keep("default", "t", Table("old"), begun);

        Assert.Null(Find(NotExpected));
    }

    [Fact]
    public void Keep_TableThatIsGone_IsForgotten()
    {
        Keep("old");

        _kept.Keep("default", "t", null, _kept.Begin());

        Assert.Null(Find(NotExpected));
    }

    private void Keep(string name) => _kept.Keep("default", "t", Table(name), _kept.Begin());

    private RegisteredTable? Find(Func<CancellationToken, Task> lookUp) => _kept.Find("default", "t", lookUp);

    private static Task NotExpected(CancellationToken cancellationToken)
    {
        Assert.Fail("Nothing is to be looked up.");
        return Task.CompletedTask;
    }

    private static RegisteredTable Table(string name) => new() { Namespace = "default", Name = name, Hot = null, Tiering = null, Cold = null };

    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
