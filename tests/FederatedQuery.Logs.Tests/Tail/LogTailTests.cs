using System.Collections.Concurrent;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs.Tail;
using FederatedQuery.Testing;

namespace FederatedQuery.Logs.Tests.Tail;

public class LogTailTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>The level of the last record, in any order.</summary>
    private const string End = "END";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Subscribe_WritersCutConnectionsAndReconnects_EveryRecordOnceInOrder()
    {
        await using var scene = await TailScene.StartAsync(postgres, options => (options.PollInterval, options.PageRows) = (TimeSpan.FromMilliseconds(200), 20));
        var stored = new ConcurrentBag<Stored>();
        using var patience = new CancellationTokenSource(Patience);
        Stored[] before = [.. await (await scene.OpenStreamAsync()).StoreAsync(100)];
        Array.ForEach(before, stored.Add);

        var writers = Enumerable.Range(0, 2).Select(i => Task.Run(() => WriteAsync(scene, seed: i, stored))).ToArray();
        var done = WriteEndAsync();
        var cutting = Task.Run(async () =>
        {
            while (!done.IsCompleted)
            {
                await Task.Delay(150);
                await scene.CutAsync();
            }
        });
        var readers = Enumerable.Range(0, 8).Select(i => Task.Run(() => ReadAllAsync(scene, new Random(100 + i), stored, patience.Token))).ToArray();

        await Task.WhenAll([done, cutting, .. readers]);

        Assert.Equal(0, scene.Hub.Subscribers);

        async Task WriteEndAsync()
        {
            await Task.WhenAll(writers);
            await (await scene.OpenStreamAsync()).StoreAsync([End], ahead: TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task Subscribe_WithoutReplay_GivesWhatIsStoredFromThenOn()
    {
        await using var scene = await TailScene.StartAsync(postgres);
        var stream = await scene.OpenStreamAsync();
        await stream.StoreAsync(10);
        await using var reader = await Reader.OpenAsync(scene, new TailRequest { Filter = Level("WARN") });

        await stream.StoreAsync(["WARN", "INFO"]);
        var later = await stream.StoreAsync(["INFO", "WARN", "WARN"]);

        var read = await reader.ReadAsync(3);
        Assert.Equal(["WARN", "WARN", "WARN"], read.Select(one => one.Record!.GetString(3)));
        Assert.Equal(later.Skip(1).Select(one => one.Id), read[1..].Select(one => one.Record!.Id));
        // Of a record all is there.
        Assert.Equal(("1", "trace", null), (read[2].Record!.GetString(4)![..1], read[2].Record!.GetString(6), read[2].Record!.GetString(7)));
    }

    [Fact]
    public async Task Subscribe_Replay_GivesTheNewestByTimeThenWhatFollows()
    {
        await using var scene = await TailScene.StartAsync(postgres);
        var stream = await scene.OpenStreamAsync();
        var stored = await stream.StoreAsync(Enumerable.Repeat("INFO", 30).ToList());
        await using var all = await Reader.OpenAsync(scene, new TailRequest { Replay = 1000 });
        await using var some = await Reader.OpenAsync(scene, new TailRequest { Replay = 7 });

        var newer = await stream.StoreAsync(["WARN"]);

        var everything = await all.ReadAsync(31);
        Assert.Equal(stored.Select(one => one.Id).Order(), everything[..30].Select(one => one.Record!.Id).Order());
        Assert.Equal(everything[..30].OrderBy(one => one.Record!.TimestampMicros).ThenBy(one => one.Record!.Id), everything[..30]);
        Assert.Equal(everything[23..].Select(one => one.Record!.Id), (await some.ReadAsync(8)).Select(one => one.Record!.Id));
        Assert.Equal(newer[0].Id, everything[30].Record!.Id);
    }

    [Fact]
    public async Task Subscribe_SlowReader_IsToldHowManyItMissedAndGetsThemByTheCursor()
    {
        await using var scene = await TailScene.StartAsync(postgres, options => options.MaximumWaiting = 100);
        var stream = await scene.OpenStreamAsync();
        await using var reader = await Reader.OpenAsync(scene, new TailRequest());
        var first = await stream.StoreAsync(["INFO"]);
        var seen = await reader.ReadAsync(1);
        await using var quick = await Reader.OpenAsync(scene, new TailRequest());

        var stored = new List<Stored>();
        for (var i = 0; i < 20; i++)
        {
            stored.AddRange(await stream.StoreAsync(50));
            // The others are not held up by it.
            Assert.Equal(50, await quick.CountAsync(50));
        }

        var (missed, read) = (0L, 0L);
        TailEvent? gap = null;
        var kept = new List<Guid>();
        while (missed + read < stored.Count)
        {
            var one = (await reader.ReadAsync(1))[0];
            gap ??= one.Record is null ? one : null;
            missed += one.Missed;
            read += one.Record is null ? 0 : 1;
            kept.AddRange(one.Record is { } record ? [record.Id] : []);
        }

        Assert.Equal(stored.Count, missed + read);
        Assert.True(missed > 0);
        Assert.Equal(kept, stored.Select(one => one.Id).Where(kept.Contains));
        await using var again = await Reader.OpenAsync(scene, new TailRequest { After = gap!.Value.Cursor.ToString() });
        Assert.Equal(stored.Select(one => one.Id), (await again.ReadAsync(stored.Count)).Select(one => one.Record!.Id).SkipWhile(id => id == first[0].Id || id == seen[0].Record!.Id));
    }

    [Fact]
    public async Task Subscribe_BatchesAreForgotten_GivesWhatWasAcceptedSince()
    {
        await using var scene = await TailScene.StartAsync(postgres);
        var stream = await scene.OpenStreamAsync();
        await using var reader = await Reader.OpenAsync(scene, new TailRequest());
        await stream.StoreAsync(3);
        var cursor = (await reader.ReadAsync(3))[^1].Cursor;
        await Task.Delay(5);
        var since = await stream.StoreAsync(20);
        await scene.Store.ForgetAsync(DateTimeOffset.UtcNow.AddDays(1), CancellationToken.None);
        await using var again = await Reader.OpenAsync(scene, new TailRequest { After = cursor.ToString() });

        var newer = await stream.StoreAsync(1);

        var read = await again.ReadAsync(21);
        Assert.Equal(since.Concat(newer).Select(one => one.Id).Order(), read.Select(one => one.Record!.Id).Order());
    }

    [Theory]
    [InlineData(-1, null, "`replay` is -1; it must be 0 to 10000.")]
    [InlineData(10_001, null, "`replay` is 10001; it must be 0 to 10000.")]
    [InlineData(0, "made up", "`after` is 'made up': it is no cursor.")]
    public async Task Subscribe_WrongArgument_SaysWhatIsWrong(int replay, string? after, string message)
    {
        await using var scene = await TailScene.StartAsync(postgres);

        var error = await Assert.ThrowsAsync<FederatedQueryException>(
            () => scene.Tail.SubscribeAsync(new TailRequest { Replay = replay, After = after }, CancellationToken.None));

        Assert.Equal(FailureKind.BadArgument, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_TooManySubscribers_IsRefused()
    {
        await using var scene = await TailScene.StartAsync(postgres, options => options.MaximumSubscribers = 1);
        await using var reader = await Reader.OpenAsync(scene, new TailRequest());

        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => scene.Tail.SubscribeAsync(new TailRequest(), CancellationToken.None));

        Assert.Equal(FailureKind.Overloaded, error.Kind);
    }

    private static Expression Level(string level) => Expression.Equal("level", Literal.String(level));

    private static async Task WriteAsync(TailScene scene, int seed, ConcurrentBag<Stored> stored)
    {
        var random = new Random(seed);
        var stream = await scene.OpenStreamAsync();
        for (var i = 0; i < 60; i++)
        {
            foreach (var one in await stream.StoreAsync(1 + random.Next(40)))
            {
                stored.Add(one);
            }

            await Task.Delay(random.Next(20));
        }
    }

    /// <summary>Joins at some time, leaves and comes again with its last cursor, and checks all that it has seen once it has seen the end.</summary>
    private static async Task ReadAllAsync(TailScene scene, Random random, ConcurrentBag<Stored> stored, CancellationToken cancellationToken)
    {
        await Task.Delay(random.Next(500), cancellationToken);
        var level = random.Next(2) == 0 ? null : TailScene.Levels[random.Next(TailScene.Levels.Length)];
        var filter = level is null ? Expression.True : Expression.In("level", [Literal.String(level), Literal.String(End)]);
        var seen = new List<Guid>();
        string? cursor = null;
        while (true)
        {
            var leaveAfter = random.Next(1, 400);
            try
            {
                using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                TailCursor? last = null;
                var events = await scene.Tail.SubscribeAsync(
                    new TailRequest { Filter = filter, Replay = cursor is null ? 10_000 : 0, After = cursor }, leaving.Token);
                await foreach (var one in events.WithCancellation(leaving.Token))
                {
                    Assert.NotNull(one.Record);
                    AssertFollows(last, one.Cursor);
                    (last, cursor) = (one.Cursor, one.Cursor.ToString());
                    if (one.Record.GetString(3) == End)
                    {
                        Assert.Equal(stored.Where(other => level is null || other.Level == level).Select(other => other.Id).Order(), seen.Order());
                        return;
                    }

                    seen.Add(one.Record.Id);
                    if (--leaveAfter == 0)
                    {
                        break;
                    }
                }
            }
            catch (Exception error) when (FailureTranslation.TryTranslate(error) is { Kind: FailureKind.HotTier or FailureKind.Statement })
            {
                // Its connection was cut as it subscribed: it comes again.
            }
        }
    }

    private static void AssertFollows(TailCursor? before, TailCursor cursor)
    {
        if (before is null)
        {
            return;
        }

        if (before.IsInTime == cursor.IsInTime)
        {
            var (left, right) = before.IsInTime ? (before.TimestampMicros, cursor.TimestampMicros) : (before.Batch, cursor.Batch);
            Assert.True(left < right || (left == right && before.Id < cursor.Id), $"{cursor} came after {before}.");
        }
        else
        {
            Assert.True(before.IsInTime, "What is older came after what was stored since.");
        }
    }

    /// <summary>A subscriber that reads when it is asked to.</summary>
    private sealed class Reader(IAsyncEnumerator<TailEvent> events, CancellationTokenSource patience) : IAsyncDisposable
    {
        private Task<bool>? _next;

        public static async Task<Reader> OpenAsync(TailScene scene, TailRequest request)
        {
            var patience = new CancellationTokenSource(Patience);
            var reader = new Reader((await scene.Tail.SubscribeAsync(request, patience.Token)).GetAsyncEnumerator(patience.Token), patience);
            // Under way from now on.
            reader._next = reader.MoveAsync();
            if (request is { Replay: 0, After: null })
            {
                while (scene.Hub.Subscribers == 0 && !reader._next.IsCompleted)
                {
                    await Task.Delay(5, patience.Token);
                }
            }

            return reader;
        }

        public async Task<List<TailEvent>> ReadAsync(int count)
        {
            var read = new List<TailEvent>();
            while (read.Count < count)
            {
                Assert.True(await (_next ?? MoveAsync()));
                read.Add(events.Current);
                _next = null;
            }

            return read;
        }

        public async Task<int> CountAsync(int count) => (await ReadAsync(count)).Count(one => one.Record is not null);

        public async ValueTask DisposeAsync()
        {
            await patience.CancelAsync();
            if (_next is not null)
            {
                await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await events.DisposeAsync();
            patience.Dispose();
        }

        private Task<bool> MoveAsync() => events.MoveNextAsync().AsTask();
    }
}
