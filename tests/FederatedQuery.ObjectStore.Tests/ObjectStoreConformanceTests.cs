using System.Text;

namespace FederatedQuery.ObjectStore.Tests;

/// <summary>What every <see cref="IObjectStore"/> promises. A store is tested by deriving from this and giving an empty store.</summary>
public abstract class ObjectStoreConformanceTests
{
    /// <summary>The same empty store on every call, through a client of its own, as another process would have.</summary>
    protected abstract IObjectStore CreateSut();

    [ConformanceFact]
    public async Task PutAsync_NewKey_CanBeReadBack()
    {
        var store = CreateSut();

        var written = await store.PutAsync("a/b.txt", Bytes("hello"), WriteCondition.None, default);

        Assert.Equal("hello", Text(await CreateSut().GetAsync("a/b.txt", 100, default)));
        Assert.Equal(5, written.Length);
        Assert.Equal("a/b.txt", written.Key);
        var head = await CreateSut().HeadAsync("a/b.txt", default);
        Assert.Equal(written with { LastModified = head.LastModified }, head);
        Assert.Equal(written.LastModified, head.LastModified, TimeSpan.FromMinutes(1));
    }

    [ConformanceTheory]
    [InlineData("empty", 0)]
    [InlineData("megabytes", 3_500_000)]
    public async Task PutAsync_AnySize_KeepsEveryByte(string key, int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);

        await CreateSut().PutAsync(key, content, WriteCondition.None, default);

        Assert.Equal(content, await CreateSut().GetAsync(key, length, default));
    }

    [ConformanceFact]
    public async Task PutAsync_ExistingKey_ReplacesItAndItsETag()
    {
        var store = CreateSut();
        var first = await store.PutAsync("k", Bytes("one"), WriteCondition.None, default);

        var second = await store.PutAsync("k", Bytes("two"), WriteCondition.None, default);

        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Equal("two", Text(await store.GetAsync("k", 100, default)));
    }

    [ConformanceFact]
    public async Task PutAsync_IfAbsentAndPresent_FailsAndKeepsTheOld()
    {
        var store = CreateSut();
        await store.PutAsync("k", Bytes("old"), WriteCondition.IfAbsent, default);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(
            () => CreateSut().PutAsync("k", Bytes("new"), WriteCondition.IfAbsent, default));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, exception.Kind);
        Assert.False(exception.IsRetryable);
        Assert.Equal("k", exception.Key);
        Assert.Equal("old", Text(await store.GetAsync("k", 100, default)));
    }

    [ConformanceFact]
    public async Task PutAsync_IfMatchHolds_Replaces()
    {
        var store = CreateSut();
        var first = await store.PutAsync("k", Bytes("one"), WriteCondition.None, default);

        await store.PutAsync("k", Bytes("two"), WriteCondition.IfMatch(first.ETag), default);

        Assert.Equal("two", Text(await store.GetAsync("k", 100, default)));
    }

    [ConformanceFact]
    public async Task PutAsync_IfMatchIsStale_Fails()
    {
        var store = CreateSut();
        var first = await store.PutAsync("k", Bytes("one"), WriteCondition.None, default);
        await store.PutAsync("k", Bytes("two"), WriteCondition.None, default);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(
            () => store.PutAsync("k", Bytes("six"), WriteCondition.IfMatch(first.ETag), default));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, exception.Kind);
        Assert.Equal("two", Text(await store.GetAsync("k", 100, default)));
    }

    [ConformanceFact]
    public async Task PutAsync_RacingIfAbsent_HasOneWinner()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => TryPutAsync(CreateSut(), $"writer {i}", WriteCondition.IfAbsent))));

        var winner = Assert.Single(outcomes, outcome => outcome is not null);
        Assert.Equal(winner, Text(await CreateSut().GetAsync("raced", 100, default)));
    }

    [ConformanceFact]
    public async Task PutAsync_RacingIfMatch_LosesNoUpdate()
    {
        const int Writers = 4;
        const int Increments = 10;
        await CreateSut().PutAsync("counter", Bytes("0"), WriteCondition.IfAbsent, default);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            var store = CreateSut();
            for (var done = 0; done < Increments;)
            {
                await using var content = await store.OpenReadAsync("counter", ByteRange.All, ifMatch: null, default);
                var value = int.Parse(await new StreamReader(content.Stream).ReadToEndAsync());
                try
                {
                    await store.PutAsync("counter", Bytes($"{value + 1}"), WriteCondition.IfMatch(content.Properties.ETag), default);
                    done++;
                }
                catch (ObjectStoreException exception) when (exception.Kind == ObjectStoreErrorKind.PreconditionFailed)
                {
                    // Somebody was faster: read again.
                }
            }
        })));

        Assert.Equal($"{Writers * Increments}", Text(await CreateSut().GetAsync("counter", 100, default)));
    }

    [ConformanceFact]
    public async Task Read_MissingKey_IsNotFound()
    {
        var store = CreateSut();

        await AssertNotFoundAsync(() => store.HeadAsync("x/missing", default));
        await AssertNotFoundAsync(() => store.OpenReadAsync("x/missing", ByteRange.All, null, default));
        await AssertNotFoundAsync(() => store.ReadAsync("x/missing", 0, new byte[1], null, default));
        await AssertNotFoundAsync(() => store.GetAsync("x/missing", 1, default));
        Assert.False(await store.ExistsAsync("x/missing", default));
    }

    [ConformanceTheory]
    [InlineData(0L, null, "0123456789")]
    [InlineData(4L, null, "456789")]
    [InlineData(4L, 3L, "456")]
    [InlineData(8L, 100L, "89")]
    [InlineData(10L, 5L, "")]
    [InlineData(50L, null, "")]
    [InlineData(3L, 0L, "")]
    public async Task OpenReadAsync_Range_GivesThoseBytes(long offset, long? length, string expected)
    {
        var store = CreateSut();
        await store.PutAsync("digits", Bytes("0123456789"), WriteCondition.None, default);
        var range = length is { } value ? ByteRange.Of(offset, value) : ByteRange.From(offset);

        await using var content = await store.OpenReadAsync("digits", range, ifMatch: null, default);

        Assert.Equal(expected, await new StreamReader(content.Stream).ReadToEndAsync());
        Assert.Equal(10, content.Properties.Length);
    }

    [ConformanceTheory]
    [InlineData(3, "789")]
    [InlineData(10, "0123456789")]
    [InlineData(99, "0123456789")]
    public async Task OpenReadAsync_Suffix_GivesTheLastBytes(long length, string expected)
    {
        var store = CreateSut();
        await store.PutAsync("digits", Bytes("0123456789"), WriteCondition.None, default);

        await using var content = await store.OpenReadAsync("digits", ByteRange.Last(length), ifMatch: null, default);

        Assert.Equal(expected, await new StreamReader(content.Stream).ReadToEndAsync());
    }

    [ConformanceTheory]
    [InlineData(0, 4, "0123")]
    [InlineData(7, 8, "789")]
    [InlineData(10, 4, "")]
    [InlineData(1000, 4, "")]
    public async Task ReadAsync_Range_FillsTheBuffer(long offset, int length, string expected)
    {
        var store = CreateSut();
        await store.PutAsync("digits", Bytes("0123456789"), WriteCondition.None, default);
        var buffer = new byte[length];

        var read = await store.ReadAsync("digits", offset, buffer, ifMatch: null, default);

        Assert.Equal(expected, Text(buffer[..read]));
    }

    [ConformanceFact]
    public async Task Read_IfMatchIsStale_Fails()
    {
        var store = CreateSut();
        var first = await store.PutAsync("k", Bytes("one"), WriteCondition.None, default);
        await store.PutAsync("k", Bytes("two"), WriteCondition.None, default);

        var opened = await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenReadAsync("k", ByteRange.All, first.ETag, default));
        var read = await Assert.ThrowsAsync<ObjectStoreException>(() => store.ReadAsync("k", 0, new byte[3], first.ETag, default));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, opened.Kind);
        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, read.Kind);
    }

    [ConformanceFact]
    public async Task OpenReadAsync_ReplacedWhileOpen_GoesOnReadingTheOld()
    {
        var store = CreateSut();
        await store.PutAsync("k", Bytes("the old content"), WriteCondition.None, default);
        await using var content = await store.OpenReadAsync("k", ByteRange.All, ifMatch: null, default);

        await store.PutAsync("k", Bytes("NEW"), WriteCondition.None, default);

        Assert.Equal("the old content", await new StreamReader(content.Stream).ReadToEndAsync());
    }

    [ConformanceFact]
    public async Task GetAsync_LargerThanAllowed_IsRefused()
    {
        var store = CreateSut();
        await store.PutAsync("k", Bytes("12345"), WriteCondition.None, default);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => store.GetAsync("k", 4, default));

        Assert.Equal(ObjectStoreErrorKind.TooLarge, exception.Kind);
        Assert.Equal($"Object 'k' in {store.Name} has 5 bytes; at most 4 are read into memory here.", exception.Message);
    }

    [ConformanceFact]
    public async Task StartUploadAsync_Completed_HoldsAllPieces()
    {
        var store = CreateSut();
        var piece = new byte[700_000];
        new Random(2).NextBytes(piece);

        await using (var upload = await store.StartUploadAsync("big", WriteCondition.None, default))
        {
            for (var i = 0; i < 10; i++)
            {
                await upload.WriteAsync(piece, default);
            }

            Assert.Equal(7_000_000, upload.Length);
            Assert.False(await store.ExistsAsync("big", default));
            Assert.Equal(7_000_000, (await upload.CompleteAsync(default)).Length);
        }

        var content = await store.GetAsync("big", 7_000_000, default);
        Assert.True(Enumerable.Range(0, 10).All(i => content.AsSpan(i * piece.Length, piece.Length).SequenceEqual(piece)));
    }

    [ConformanceFact]
    public async Task StartUploadAsync_NotCompleted_LeavesNothing()
    {
        var store = CreateSut();

        await using (var upload = await store.StartUploadAsync("gone", WriteCondition.None, default))
        {
            await upload.WriteAsync(Bytes("half"), default);
        }

        Assert.False(await store.ExistsAsync("gone", default));
        Assert.Empty(await KeysAsync(store, ""));
        await AssertNothingLeftAsync();
    }

    [ConformanceFact]
    public async Task StartUploadAsync_ConditionFails_LeavesTheOld()
    {
        var store = CreateSut();
        await using var upload = await store.StartUploadAsync("k", WriteCondition.IfAbsent, default);
        await upload.WriteAsync(Bytes("late"), default);
        await store.PutAsync("k", Bytes("early"), WriteCondition.None, default);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => upload.CompleteAsync(default));
        await upload.DisposeAsync();

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, exception.Kind);
        Assert.Equal("early", Text(await store.GetAsync("k", 100, default)));
        await AssertNothingLeftAsync();
    }

    [ConformanceFact]
    public async Task ListAsync_ManyKeys_AreInByteOrder()
    {
        var store = CreateSut();
        string[] keys = ["a-b", "a.b", "a/b", "a/b c/ü", "a0", "b/\U0001F600", "b/\uFFFD", "ä"];
        foreach (var key in keys.Reverse())
        {
            await store.PutAsync(key, Bytes(key), WriteCondition.None, default);
        }

        var listed = await KeysAsync(store, "");

        Assert.Equal(["a-b", "a.b", "a/b", "a/b c/ü", "a0", "b/\uFFFD", "b/\U0001F600", "ä"], listed);
    }

    [ConformanceTheory]
    [InlineData("a/", "a/1,a/2/x")]
    [InlineData("a/2", "a/2/x")]
    [InlineData("a", "a/1,a/2/x,ab")]
    [InlineData("a/2/", "a/2/x")]
    [InlineData("c", "")]
    [InlineData("a/1/", "")]
    public async Task ListAsync_Prefix_GivesKeysThatBeginWithIt(string prefix, string expected)
    {
        var store = CreateSut();
        foreach (var key in (string[])["a/1", "a/2/x", "ab", "b"])
        {
            await store.PutAsync(key, Bytes(key), WriteCondition.None, default);
        }

        Assert.Equal(expected, string.Join(',', await KeysAsync(store, prefix)));
    }

    [ConformanceFact]
    public async Task ListPagesAsync_SmallPages_GoOnFromTheToken()
    {
        var store = CreateSut();
        var keys = Enumerable.Range(0, 10).Select(i => $"p/{i / 3}/{i}").ToList();
        foreach (var key in keys)
        {
            await store.PutAsync(key, Bytes(key), WriteCondition.None, default);
        }

        var found = new List<string>();
        string? token = null;
        do
        {
            await using var pages = CreateSut().ListPagesAsync("p/", new ListOptions { PageSize = 3, ContinuationToken = token }, default).GetAsyncEnumerator();
            Assert.True(await pages.MoveNextAsync());
            Assert.InRange(pages.Current.Objects.Count, 1, 3);
            found.AddRange(pages.Current.Objects.Select(item => item.Key));
            token = pages.Current.ContinuationToken;
        }
        while (token is not null);

        Assert.Equal(keys, found);
    }

    [ConformanceFact]
    public async Task ListAsync_Objects_CarryTheirProperties()
    {
        var store = CreateSut();
        var written = await store.PutAsync("a/b", Bytes("12345"), WriteCondition.None, default);

        var listed = Assert.Single(await store.ListAsync("a", default).ToListAsync());

        Assert.Equal(written.Key, listed.Key);
        Assert.Equal(written.Length, listed.Length);
        Assert.Equal(written.ETag, listed.ETag);
    }

    [ConformanceFact]
    public async Task DeleteAsync_Batch_DeletesThemAndIgnoresMissing()
    {
        var store = CreateSut();
        foreach (var key in (string[])["a/1", "a/2", "a/3"])
        {
            await store.PutAsync(key, Bytes(key), WriteCondition.None, default);
        }

        await store.DeleteAsync(["a/1", "missing", "a/3", "a"], default);

        Assert.Equal(["a/2"], await KeysAsync(store, ""));
    }

    [ConformanceFact]
    public async Task PutFileAsync_File_IsUploaded()
    {
        var store = CreateSut();
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "from a file");

            await store.PutFileAsync("copied", path, WriteCondition.IfAbsent, default);

            Assert.Equal("from a file", Text(await store.GetAsync("copied", 100, default)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [ConformanceTheory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a/./b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public async Task AnyCall_InvalidKey_IsRefused(string key)
    {
        var store = CreateSut();

        var read = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.HeadAsync(key, default));
        var write = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.PutAsync(key, Bytes("x"), WriteCondition.None, default));
        var delete = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.DeleteAsync([key], default));

        Assert.All([read, write, delete], exception => Assert.Equal(ObjectStoreErrorKind.InvalidLocation, exception.Kind));
    }

    [ConformanceFact]
    public async Task AnyCall_Cancelled_Stops()
    {
        var store = CreateSut();
        await store.PutAsync("k", Bytes("x"), WriteCondition.None, default);
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.HeadAsync("k", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync("k", Bytes("y"), WriteCondition.None, cancelled));
        Assert.Equal("x", Text(await store.GetAsync("k", 1, default)));
    }

    /// <summary>Looks behind the interface for remains of an aborted upload.</summary>
    protected abstract Task AssertNothingLeftAsync();

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static async Task<List<string>> KeysAsync(IObjectStore store, string prefix) =>
        await store.ListAsync(prefix, default).Select(item => item.Key).ToListAsync();

    private static async Task<string?> TryPutAsync(IObjectStore store, string text, WriteCondition condition)
    {
        try
        {
            await store.PutAsync("raced", Bytes(text), condition, default);
            return text;
        }
        catch (ObjectStoreException exception) when (exception.Kind == ObjectStoreErrorKind.PreconditionFailed)
        {
            return null;
        }
    }

    private static async Task AssertNotFoundAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<ObjectStoreException>(call);
        Assert.Equal(ObjectStoreErrorKind.NotFound, exception.Kind);
        Assert.Contains("'x/missing'", exception.Message);
    }
}
