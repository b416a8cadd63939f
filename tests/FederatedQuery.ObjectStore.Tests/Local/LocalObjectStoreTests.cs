using FederatedQuery.ObjectStore.Local;

namespace FederatedQuery.ObjectStore.Tests.Local;

public sealed class LocalObjectStoreTests : ObjectStoreConformanceTests, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("object-store-").FullName;

    [Fact]
    public void TryGetLocalPath_Key_IsBelowTheRoot() =>
        Assert.Equal(Path.Combine(_root, "a", "b.parquet"), CreateSut().TryGetLocalPath("a/b.parquet"));

    [Theory]
    [InlineData(".uploads")]
    [InlineData(".uploads/x")]
    public void TryGetLocalPath_ReservedFolder_IsRefused(string key)
    {
        var exception = Assert.Throws<ObjectStoreException>(() => CreateSut().TryGetLocalPath(key));

        Assert.Equal(
            $"The object key '{key}' begins with '.uploads', which file://{_root} keeps for uploads under way. Choose another folder.",
            exception.Message);
    }

    [Fact]
    public void Constructor_RelativeRoot_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new LocalObjectStore("data", TimeProvider.System));

    [Fact]
    public async Task PutAsync_BelowAnObject_SaysWhichNameIsTaken()
    {
        var store = CreateSut();
        await store.PutAsync("a", Bytes("x"), WriteCondition.None, default);

        var below = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("a/b", Bytes("x"), WriteCondition.None, default));

        Assert.Equal(ObjectStoreErrorKind.InvalidLocation, below.Kind);
        Assert.Equal($"Object 'a/b' was not written to file://{_root}: 'a' is an object, and on a disk no name can be both.", below.Message);
    }

    [Fact]
    public async Task PutAsync_NameOfAFolder_SaysWhichNameIsTaken()
    {
        var store = CreateSut();
        await store.PutAsync("a/b", Bytes("x"), WriteCondition.None, default);

        var over = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("a", Bytes("x"), WriteCondition.IfAbsent, default));

        Assert.Equal(ObjectStoreErrorKind.InvalidLocation, over.Kind);
    }

    [Fact]
    public async Task RemoveAbandonedUploads_OldRemains_AreDeleted()
    {
        var store = CreateSut();
        await store.PutAsync("k", Bytes("x"), WriteCondition.None, default);
        var remains = Path.Combine(_root, ".uploads", "killed.tmp");
        await File.WriteAllTextAsync(remains, "half");
        File.SetLastWriteTimeUtc(remains, DateTime.UtcNow.AddDays(-2));
        await using var live = await store.StartUploadAsync("live", WriteCondition.None, default);
        await live.WriteAsync(Bytes("y"), default);

        var removed = ((LocalObjectStore)store).RemoveAbandonedUploads(TimeSpan.FromDays(1));

        Assert.Equal(1, removed);
        await live.CompleteAsync(default);
        Assert.Equal("y", Text(await store.GetAsync("live", 1, default)));
    }

    [Fact]
    public async Task PutAsync_ClockStandsStill_ETagStillChanges()
    {
        var store = new LocalObjectStore(_root, new StoppedClock());
        var first = await store.PutAsync("k", Bytes("one"), WriteCondition.None, default);

        var second = await store.PutAsync("k", Bytes("two"), WriteCondition.None, default);

        Assert.NotEqual(first.ETag, second.ETag);
    }

    [Fact]
    public async Task HeadAsync_FolderOfObjects_IsNotFound()
    {
        var store = CreateSut();
        await store.PutAsync("folder/k", Bytes("x"), WriteCondition.None, default);

        var head = await Assert.ThrowsAsync<ObjectStoreException>(() => store.HeadAsync("folder", default));
        var open = await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenReadAsync("folder", ByteRange.All, null, default));

        Assert.Equal(ObjectStoreErrorKind.NotFound, head.Kind);
        Assert.Equal(ObjectStoreErrorKind.NotFound, open.Kind);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    protected override IObjectStore CreateSut() => new LocalObjectStore(_root, TimeProvider.System);

    protected override Task AssertNothingLeftAsync()
    {
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, ".uploads"), "*.tmp"));
        return Task.CompletedTask;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
