using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Tests.Files;

public sealed class DataFileCacheTests
{
    private const int Kilobyte = 1024;

    [Fact]
    public async Task Acquire_SecondTime_AsksTheStoreNothing()
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 300 * Kilobyte);

        var first = await AcquireAndCheckAsync(scene, file);
        var reads = scene.Store.Reads;
        var second = await AcquireAndCheckAsync(scene, file);

        Assert.Equal((300L * Kilobyte, 0), (first.Bytes, first.Hits));
        Assert.Equal((0L, 1), (second.Bytes, second.Hits));
        Assert.Equal(5, reads);
        Assert.Equal(reads, scene.Store.Reads);
    }

    [Fact]
    public async Task State_AfterAMissAndAHit_CountsBothAndTheirBytes()
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 300 * Kilobyte);

        await AcquireAndCheckAsync(scene, file);
        await AcquireAndCheckAsync(scene, file);

        var state = scene.Metrics.State!;
        // What is noted about the file counts, too.
        Assert.InRange(state.Bytes, 300 * Kilobyte, 301 * Kilobyte);
        Assert.Equal((1024L * Kilobyte, 0, 1L, 1L), (state.MaxBytes, state.FilesInUse, state.Hits, state.Misses));
    }

    [Fact]
    public async Task Acquire_ManyAtOnce_FetchOnce()
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 400 * Kilobyte);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => AcquireAndCheckAsync(scene, file)));

        Assert.Equal(400L * Kilobyte, scene.Store.Bytes);
        Assert.Single(scene.DataFiles);
    }

    [Fact]
    public async Task Acquire_FirstCallerGivesUp_OthersStillGetIt()
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 200 * Kilobyte);
        var gate = new TaskCompletionSource();
        scene.Store.Before = (_, _, token) => gate.Task.WaitAsync(token);
        using var impatience = new CancellationTokenSource();

        var first = scene.Files.AcquireAsync([file], impatience.Token);
        var second = AcquireAndCheckAsync(scene, file);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        await second;
        Assert.Equal(200L * Kilobyte, scene.Store.Bytes);
    }

    [Fact]
    public async Task Acquire_LastCallerGivesUp_EndsTheFetchAndFreesItsRoom()
    {
        using var scene = new CacheScene(300 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 250 * Kilobyte);
        var other = await scene.AddRandomAsync("b", 250 * Kilobyte);
        scene.Store.Before = (_, _, token) => Task.Delay(Timeout.Infinite, token);
        using var impatience = new CancellationTokenSource();

        var fetch = scene.Files.AcquireAsync([file], impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        scene.Store.Before = (_, _, _) => Task.CompletedTask;

        await AcquireAndCheckAsync(scene, other);
        await AcquireAndCheckAsync(scene, file);
    }

    [Fact]
    public async Task Acquire_MoreThanTheCacheHolds_IsRefusedByName()
    {
        using var scene = new CacheScene(300 * Kilobyte);
        var files = new[] { await scene.AddRandomAsync("a", 200 * Kilobyte), await scene.AddRandomAsync("b", 200 * Kilobyte) };

        var error = await Assert.ThrowsAsync<DataFileCacheException>(() => scene.Files.AcquireAsync(files, CancellationToken.None));

        Assert.Equal(DataFileCacheErrorKind.TooLarge, error.Kind);
        Assert.Contains("of 2 files of object stores; CACHE_MAX_BYTES is 307200.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, scene.Store.Reads);
    }

    [Fact]
    public async Task Acquire_FullOfLeasedFiles_WaitsThenSaysSo()
    {
        using var scene = new CacheScene(300 * Kilobyte, options => options with { AdmissionTimeout = TimeSpan.FromMilliseconds(50) });
        var (leases, _) = await scene.Files.AcquireAsync([await scene.AddRandomAsync("a", 200 * Kilobyte)], CancellationToken.None);
        var other = await scene.AddRandomAsync("b", 200 * Kilobyte);

        var error = await Assert.ThrowsAsync<DataFileCacheException>(() => scene.Files.AcquireAsync([other], CancellationToken.None));
        leases.Dispose();
        await AcquireAndCheckAsync(scene, other);

        Assert.Equal(DataFileCacheErrorKind.Full, error.Kind);
        Assert.Contains("CACHE_MAX_BYTES, which is 307200", error.Message, StringComparison.Ordinal);
        Assert.Single(scene.DataFiles);
    }

    [Fact]
    public async Task Acquire_NeedsRoom_LeastRecentlyUsedGoesFirst()
    {
        using var scene = new CacheScene(350 * Kilobyte);
        var a = await scene.AddRandomAsync("a", 100 * Kilobyte);
        var b = await scene.AddRandomAsync("b", 100 * Kilobyte);
        var c = await scene.AddRandomAsync("c", 100 * Kilobyte);
        foreach (var file in new[] { a, b, c, a })
        {
            await AcquireAndCheckAsync(scene, file);
        }

        await AcquireAndCheckAsync(scene, await scene.AddRandomAsync("d", 100 * Kilobyte));

        Assert.Equal(1, (await AcquireAndCheckAsync(scene, a)).Hits);
        Assert.Equal(1, (await AcquireAndCheckAsync(scene, c)).Hits);
        Assert.Equal(0, (await AcquireAndCheckAsync(scene, b)).Hits);
    }

    [Fact]
    public async Task Acquire_ConcurrentScans_NeverExceedTheBound()
    {
        using var scene = new CacheScene(1000 * Kilobyte);
        var files = new List<DataFileRequest>();
        for (var i = 0; i < 30; i++)
        {
            files.Add(await scene.AddRandomAsync($"f{i}", (20 + (i * 4)) * Kilobyte));
        }

        using var done = new CancellationTokenSource();
        var highest = 0L;
        var watch = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                highest = Math.Max(highest, scene.BytesOnDisk);
                await Task.Yield();
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async worker =>
        {
            var random = new Random(worker);
            for (var round = 0; round < 12; round++)
            {
                var wanted = Enumerable.Range(0, 4).Select(_ => files[random.Next(files.Count)]).ToList();
                var (leases, _) = await scene.Files.AcquireAsync(wanted, CancellationToken.None);
                using (leases)
                {
                    foreach (var (file, path) in wanted.Zip(leases.Paths))
                    {
                        scene.AssertHolds(file, path);
                    }
                }
            }
        }));
        await done.CancelAsync();
        await watch;

        Assert.InRange(highest, 1, scene.Options.MaxBytes);
        Assert.Equal(0, scene.Files.Cache.Leases);
        Assert.Equal(scene.Files.Cache.Bytes, scene.BytesOnDisk);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acquire_StoreFailsOrCutsBodies_GoesOnWhereItWas(bool cuts)
    {
        using var scene = new CacheScene(4096 * Kilobyte, options => options with { Attempts = 20 });
        var file = await scene.AddRandomAsync("a", 2000 * Kilobyte);
        if (cuts)
        {
            scene.Store.CutAfter = number => number % 3 == 0 ? 10_000 : null;
        }
        else
        {
            scene.Store.Before = (number, _, _) => number % 3 == 0
                ? throw new ObjectStoreException(ObjectStoreErrorKind.Throttled, "Slow down.")
                : Task.CompletedTask;
        }

        var (_, bytes) = await AcquireAndCheckAsync(scene, file);

        Assert.Equal(2000L * Kilobyte, bytes);
        Assert.Equal(2000L * Kilobyte, scene.Store.Bytes);
    }

    [Fact]
    public async Task Acquire_StoreStaysDown_SaysSoAndLeavesNothing()
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 200 * Kilobyte);
        scene.Store.Before = (_, _, _) => throw new ObjectStoreException(ObjectStoreErrorKind.Unavailable, "No answer.");

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => scene.Files.AcquireAsync([file], CancellationToken.None));

        Assert.Contains("in 3 attempts: No answer.", error.Message, StringComparison.Ordinal);
        Assert.Empty(scene.DataFiles);
        scene.Store.Before = (_, _, _) => Task.CompletedTask;
        await AcquireAndCheckAsync(scene, file);
    }

    [Fact]
    public async Task Acquire_NoByteComes_AsksAgain()
    {
        using var scene = new CacheScene(1024 * Kilobyte, options => options with { StallTimeout = TimeSpan.FromMilliseconds(100) });
        var file = await scene.AddRandomAsync("a", 50 * Kilobyte);
        scene.Store.Before = (number, _, token) => number == 1 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;

        await AcquireAndCheckAsync(scene, file);

        Assert.Equal(2, scene.Store.Reads);
    }

    [Fact]
    public async Task Acquire_ObjectChangesMeanwhile_IsRefused()
    {
        using var scene = new CacheScene(1024 * Kilobyte, options => options with { Parallelism = 1 });
        var file = await scene.AddRandomAsync("a", 200 * Kilobyte);
        scene.Store.Before = async (number, _, _) =>
        {
            if (number == 2)
            {
                await scene.AddRandomAsync("a", 200 * Kilobyte);
            }
        };

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => scene.Files.AcquireAsync([file], CancellationToken.None));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, error.Kind);
    }

    [Fact]
    public async Task Acquire_ObjectOfAnotherLength_IsRefused()
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var file = await scene.AddRandomAsync("a", 200 * Kilobyte);

        var error = await Assert.ThrowsAsync<ObjectStoreException>(
            () => scene.Files.AcquireAsync([file with { Length = 100 * Kilobyte }], CancellationToken.None));

        Assert.Contains("has 204800 bytes; the table's metadata says 102400", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Some writers state wrong lengths. Files that have their own end are read by it, as they are from local disk.</summary>
    [Theory]
    [InlineData(100, "PAR1")]
    [InlineData(300, "PAR1")]
    [InlineData(0, "PAR1")]
    [InlineData(300, "PFA1")]
    public async Task Acquire_WholeFileOfAnotherLength_IsFetchedOnce(int stated, string magic)
    {
        using var scene = new CacheScene(1024 * Kilobyte);
        var other = await scene.AddRandomAsync("b", 50 * Kilobyte);
        var content = new byte[200 * Kilobyte];
        System.Text.Encoding.ASCII.GetBytes(magic).CopyTo(content, content.Length - 4);
        var file = await scene.AddAsync("a", content) with { Length = stated * Kilobyte };

        await AcquireAndCheckAsync(scene, other);
        await AcquireAndCheckAsync(scene, file);
        var reads = scene.Store.Reads;
        var second = await AcquireAndCheckAsync(scene, file);
        Assert.Equal((1, 0L, reads), (second.Hits, second.Bytes, scene.Store.Reads));

        // Found by its true length, which is asked for again.
        scene.Restart();
        var bytes = scene.Store.Bytes;
        await AcquireAndCheckAsync(scene, file);
        Assert.InRange(scene.Store.Bytes - bytes, 0, Kilobyte);
    }

    internal static async Task<(int Hits, long Bytes)> AcquireAndCheckAsync(CacheScene scene, DataFileRequest file)
    {
        var (leases, bytes) = await scene.Files.AcquireAsync([file], CancellationToken.None);
        using (leases)
        {
            scene.AssertHolds(file, leases.Paths[0]);
            return (leases.Hits, bytes);
        }
    }
}
