using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Cold.Tests.Files;

/// <summary>What a crash, a failing disk or another process may do to the folder.</summary>
public sealed class CacheRestartTests
{
    private const int Length = 300 * 1024;

    [Fact]
    public async Task Restart_WholeFiles_AreUsedAgain()
    {
        using var scene = new CacheScene(4 * Length);
        var file = await scene.AddRandomAsync("a", Length);
        await DataFileCacheTests.AcquireAndCheckAsync(scene, file);

        scene.Restart();
        var (hits, bytes) = await DataFileCacheTests.AcquireAndCheckAsync(scene, file);

        Assert.Equal((1, 0L), (hits, bytes));
    }

    [Theory]
    [InlineData("flip", true)]
    [InlineData("flip", false)]
    [InlineData("truncate", true)]
    [InlineData("truncate", false)]
    [InlineData("delete", true)]
    [InlineData("delete", false)]
    [InlineData("no description", true)]
    public async Task Acquire_FileWasDamaged_IsFetchedAgain(string damage, bool restart)
    {
        using var scene = new CacheScene(4 * Length);
        var file = await scene.AddRandomAsync("a", Length);
        await DataFileCacheTests.AcquireAndCheckAsync(scene, file);
        Damage(scene.DataFiles.Single(), damage);

        if (restart)
        {
            scene.Restart();
        }

        var (_, bytes) = await DataFileCacheTests.AcquireAndCheckAsync(scene, file);

        Assert.Equal(Length, bytes);
        Assert.Single(scene.DataFiles);
        Assert.Equal(scene.Files.Cache.Bytes, scene.BytesOnDisk);
    }

    [Fact]
    public async Task DropBroken_BitsFlippedWithoutATrace_AreFound()
    {
        using var scene = new CacheScene(4 * Length);
        var file = await scene.AddRandomAsync("a", Length);
        await DataFileCacheTests.AcquireAndCheckAsync(scene, file);
        var path = scene.DataFiles.Single();
        var time = File.GetLastWriteTimeUtc(path);
        Damage(path, "flip");
        File.SetLastWriteTimeUtc(path, time);

        var (leases, _) = await scene.Files.AcquireAsync([file], CancellationToken.None);
        var isBroken = await leases.DropBrokenAsync(CancellationToken.None);
        leases.Dispose();

        Assert.True(isBroken);
        Assert.Equal(Length, (await DataFileCacheTests.AcquireAndCheckAsync(scene, file)).Bytes);
    }

    [Fact]
    public async Task DropBroken_IntactFiles_Stay()
    {
        using var scene = new CacheScene(4 * Length);
        var file = await scene.AddRandomAsync("a", Length);
        var (leases, _) = await scene.Files.AcquireAsync([file], CancellationToken.None);

        Assert.False(await leases.DropBrokenAsync(CancellationToken.None));

        leases.Dispose();
        Assert.Equal(1, (await DataFileCacheTests.AcquireAndCheckAsync(scene, file)).Hits);
    }

    [Fact]
    public async Task Restart_RestsOfACrash_AreSweptAndOthersFilesKept()
    {
        using var scene = new CacheScene(4 * Length);
        await DataFileCacheTests.AcquireAndCheckAsync(scene, await scene.AddRandomAsync("a", Length));
        foreach (var name in new[] { "half.tmp", "nameless.data", "alone.json", "torn.data", "torn.json", "README" })
        {
            await File.WriteAllTextAsync(Path.Combine(scene.CacheFolder, name), "{");
        }

        scene.Restart();

        Assert.Equal(["README", "lock"], Directory.EnumerateFiles(scene.CacheFolder)
            .Select(path => Path.GetFileName(path)).Where(name => !name.Contains('-', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Single(scene.DataFiles);
    }

    /// <summary>What kill -9 leaves at any moment is what a copy of the folder shows at that moment.</summary>
    [Fact]
    public async Task Restart_FromAnyMomentOfManyFetches_ReadsNothingHalf()
    {
        using var scene = new CacheScene(20 * Length, options => options with { RangeBytes = 16 * 1024, Parallelism = 4 });
        using var folder = new TemporaryFolder();
        scene.Store.Before = async (_, _, token) => await Task.Delay(1, token);
        var files = new List<DataFileRequest>();
        for (var i = 0; i < 16; i++)
        {
            files.Add(await scene.AddRandomAsync($"f{i}", Length));
        }

        var fetches = Task.WhenAll(files.Select(file => DataFileCacheTests.AcquireAndCheckAsync(scene, file)));
        var copies = new List<string>();
        while (!fetches.IsCompleted && copies.Count < 25)
        {
            copies.Add(Copy(scene.CacheFolder, folder.File($"copy{copies.Count}")));
            await Task.Delay(2);
        }

        await fetches;
        scene.Store.Before = (_, _, _) => Task.CompletedTask;
        foreach (var copy in copies)
        {
            using var metrics = new DataFileCacheMetrics();
            using var restarted = new RemoteFiles(scene.Options with { Directory = copy }, metrics, TimeProvider.System, NullLogger.Instance);
            Assert.Empty(Directory.EnumerateFiles(copy, "*.tmp"));
            var (leases, _) = await restarted.AcquireAsync(files, CancellationToken.None);
            using (leases)
            {
                Assert.All(files.Zip(leases.Paths), pair => scene.AssertHolds(pair.First, pair.Second));
            }
        }

        Assert.True(copies.Count > 2, "The fetches were over before they could be interrupted.");
    }

    [Fact]
    public async Task Restart_WithLessRoom_EvictsDownToIt()
    {
        using var scene = new CacheScene(4 * Length);
        for (var i = 0; i < 3; i++)
        {
            await DataFileCacheTests.AcquireAndCheckAsync(scene, await scene.AddRandomAsync($"f{i}", Length));
        }

        scene.Files.Dispose();
        using var metrics = new DataFileCacheMetrics();
        using var files = new RemoteFiles(scene.Options with { MaxBytes = 2 * Length }, metrics, TimeProvider.System, NullLogger.Instance);

        Assert.Single(scene.DataFiles);
    }

    [Fact]
    public void Open_FolderOfAnotherProcess_IsRefused()
    {
        using var scene = new CacheScene(Length);
        using var metrics = new DataFileCacheMetrics();

        var error = Assert.Throws<DataFileCacheException>(() => new RemoteFiles(scene.Options, metrics, TimeProvider.System, NullLogger.Instance));

        Assert.Equal(DataFileCacheErrorKind.Directory, error.Kind);
        Assert.Contains($"CACHE_DIRECTORY '{scene.CacheFolder}' cannot be used", error.Message, StringComparison.Ordinal);
    }

    private static string Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var path in Directory.EnumerateFiles(source))
        {
            try
            {
                using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var to = File.Create(Path.Combine(target, Path.GetFileName(path)));
                from.CopyTo(to);
            }
            catch (IOException)
            {
                // Renamed since the listing, or the lock.
                continue;
            }
        }

        return target;
    }

    private static void Damage(string path, string damage)
    {
        switch (damage)
        {
            case "flip":
                using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.Position = Length / 2;
                    var value = file.ReadByte();
                    file.Position = Length / 2;
                    file.WriteByte((byte)(value ^ 1));
                }

                break;
            case "truncate":
                using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
                {
                    file.SetLength(Length / 2);
                }

                break;
            case "delete":
                File.Delete(path);
                break;
            default:
                File.Delete(Path.ChangeExtension(path, ".json"));
                break;
        }
    }
}
