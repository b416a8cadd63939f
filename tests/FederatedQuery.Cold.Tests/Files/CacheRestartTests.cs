using FederatedQuery.Cold.Files.Caching;
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
