using FederatedQuery.Iceberg.Caching;

namespace FederatedQuery.Iceberg.Tests.Caching;

public class SizeBoundedCacheTests
{
    [Fact]
    public async Task GetAsync_BeyondTheBound_DropsTheLeastRecentlyUsed()
    {
        var sut = CreateSut(maxBytes: 10);
        var loads = new List<string>();
        foreach (var key in (string[])["aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"])
        {
            Assert.Equal(key, await sut.GetAsync(key, _ => { loads.Add(key); return Task.FromResult(key); }, default));
        }

        Assert.Equal(["aaaa", "bbbb", "cccc", "bbbb"], loads);
        Assert.Equal((8L, 2), (sut.Bytes, sut.Count));
    }

    [Fact]
    public async Task GetAsync_ValueLargerThanTheCache_IsGivenAndNotKept()
    {
        var sut = CreateSut(maxBytes: 3);

        Assert.Equal("long", await sut.GetAsync("long", _ => Task.FromResult("long"), default));

        Assert.Equal((0L, 0), (sut.Bytes, sut.Count));
    }

    [Fact]
    public async Task GetAsync_Concurrently_LoadsOnce()
    {
        var sut = CreateSut(maxBytes: 100);
        var gate = new TaskCompletionSource<string>();
        var loads = 0;

        var calls = Enumerable.Range(0, 10).Select(_ => sut.GetAsync("k", async token => { Interlocked.Increment(ref loads); return await gate.Task.WaitAsync(token); }, default)).ToList();
        gate.SetResult("v");

        Assert.All(await Task.WhenAll(calls), value => Assert.Equal("v", value));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task GetAsync_FirstCallerGivesUp_OthersStillGetTheValue()
    {
        var sut = CreateSut(maxBytes: 100);
        var gate = new TaskCompletionSource<string>();
        using var first = new CancellationTokenSource();

        var given = sut.GetAsync("k", token => gate.Task.WaitAsync(token), first.Token);
        var kept = sut.GetAsync("k", _ => throw new InvalidOperationException("One load is enough."), default);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        gate.SetResult("v");

        Assert.Equal("v", await kept);
    }

    [Fact]
    public async Task GetAsync_AllCallersGiveUp_CancelsTheLoad()
    {
        var sut = CreateSut(maxBytes: 100);
        var cancelled = new TaskCompletionSource();
        using var only = new CancellationTokenSource();

        var call = sut.GetAsync(
            "k",
            async token =>
            {
                using var registration = token.Register(() => cancelled.SetResult());
                await cancelled.Task;
                token.ThrowIfCancellationRequested();
                return "never";
            },
            only.Token);
        await only.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("v", await sut.GetAsync("k", _ => Task.FromResult("v"), default));
    }

    [Fact]
    public async Task GetAsync_LoadFails_IsTriedAgain()
    {
        var sut = CreateSut(maxBytes: 100);

        await Assert.ThrowsAsync<IOException>(() => sut.GetAsync("k", _ => Task.FromException<string>(new IOException()), default));

        Assert.Equal("v", await sut.GetAsync("k", _ => Task.FromResult("v"), default));
    }

    private static SizeBoundedCache<string> CreateSut(long maxBytes) => new(maxBytes, static value => value.Length, TimeSpan.FromMinutes(1));
}
