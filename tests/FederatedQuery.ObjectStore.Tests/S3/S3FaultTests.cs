using System.Text;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing.S3;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.ObjectStore.Tests.S3;

/// <summary>What the store makes of failures on the way: each kind told to happen once, and all of them by chance.</summary>
public sealed class S3FaultTests(S3Server server) : IClassFixture<S3Server>, IAsyncLifetime, IDisposable
{
    private FaultProxy _proxy = null!; // set before each test runs
    private S3ObjectStore _store = null!;
    private S3ObjectStore _direct = null!;

    public async Task InitializeAsync()
    {
        var options = server.OptionsFor(await server.CreateBucketAsync());
        _proxy = await FaultProxy.StartAsync(server.Endpoint);
        _store = new S3ObjectStore(options with { Endpoint = _proxy.Address, PartBytes = 5 << 20 }, TimeProvider.System);
        _direct = new S3ObjectStore(options, TimeProvider.System);
    }

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    public void Dispose()
    {
        _store.Dispose();
        _direct.Dispose();
    }

    [S3Theory]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.SlowDown)]
    [InlineData(Fault.CutBefore)]
    [InlineData(Fault.LostAnswer)]
    [InlineData(Fault.CutBody)]
    [InlineData(Fault.TruncatedBody)]
    public async Task Read_FailsOnce_GivesEveryByte(Fault fault)
    {
        var content = RandomBytes(3_000_000, seed: 1);
        await _direct.PutAsync("k", content, WriteCondition.None, default);
        _proxy.FailNext(fault, IsGet);

        Assert.Equal(content, await _store.GetAsync("k", content.Length, default));
        Assert.Equal(1, _proxy.Faults[fault]);
    }

    [S3Fact]
    public async Task Read_CutWhileTheObjectIsReplaced_FailsInsteadOfMixing()
    {
        await _direct.PutAsync("k", RandomBytes(3_000_000, seed: 1), WriteCondition.None, default);
        _proxy.FailNext(Fault.CutBody, IsGet);
        await using var content = await _store.OpenReadAsync("k", ByteRange.All, ifMatch: null, default);
        await _direct.PutAsync("k", RandomBytes(3_000_000, seed: 2), WriteCondition.None, default);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => content.Stream.CopyToAsync(Stream.Null));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, exception.Kind);
    }

    [S3Theory]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.SlowDown)]
    [InlineData(Fault.CutBefore)]
    [InlineData(Fault.LostAnswer)]
    public async Task PutAsync_IfAbsentFailsOnce_IsNoConflictWithItself(Fault fault)
    {
        _proxy.FailNext(fault, IsPut);

        var written = await _store.PutAsync("k", Bytes("mine"), WriteCondition.IfAbsent, default);

        Assert.Equal((await _direct.HeadAsync("k", default)).ETag, written.ETag);
        Assert.Equal("mine", Encoding.UTF8.GetString(await _direct.GetAsync("k", 100, default)));
    }

    [S3Fact]
    public async Task PutAsync_IfMatchAnswerLost_IsNoConflictWithItself()
    {
        var first = await _direct.PutAsync("k", Bytes("one"), WriteCondition.None, default);
        _proxy.FailNext(Fault.LostAnswer, IsPut);

        var second = await _store.PutAsync("k", Bytes("two"), WriteCondition.IfMatch(first.ETag), default);

        Assert.Equal((await _direct.HeadAsync("k", default)).ETag, second.ETag);
        Assert.Single(_proxy.Log, line => line.StartsWith("PUT", StringComparison.Ordinal));
    }

    [S3Fact]
    public async Task PutAsync_IfAbsentCutAndAnotherWrote_IsAConflict()
    {
        await _direct.PutAsync("k", Bytes("theirs"), WriteCondition.None, default);
        _proxy.FailNext(Fault.CutBefore, IsPut);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => _store.PutAsync("k", Bytes("mine"), WriteCondition.IfAbsent, default));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, exception.Kind);
    }

    [S3Theory]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.CutBefore)]
    [InlineData(Fault.LostAnswer)]
    public async Task StartUploadAsync_EveryStepFailsOnce_HoldsEveryByte(Fault fault)
    {
        var content = RandomBytes(12_000_000, seed: 3);
        _proxy.FailNext(fault, request => HttpMethods.IsPost(request.Method) && request.QueryString.Value!.StartsWith("?uploads", StringComparison.Ordinal));
        _proxy.FailNext(fault, request => IsPut(request) && request.Query["partNumber"] == "2");
        _proxy.FailNext(fault, request => HttpMethods.IsPost(request.Method) && request.Query.ContainsKey("uploadId"));

        await using var upload = await _store.StartUploadAsync("k", WriteCondition.IfAbsent, default);
        await upload.WriteAsync(content, default);
        var written = await upload.CompleteAsync(default);

        Assert.Equal(3, _proxy.Faults[fault]);
        Assert.Equal((await _direct.HeadAsync("k", default)).ETag, written.ETag);
        Assert.Equal(content, await _direct.GetAsync("k", content.Length, default));
    }

    [S3Fact]
    public async Task StartUploadAsync_LargeAndAnotherWroteMeanwhile_IsAConflict()
    {
        await using var upload = await _store.StartUploadAsync("k", WriteCondition.IfAbsent, default);
        await upload.WriteAsync(RandomBytes(6_000_000, seed: 4), default);
        await _direct.PutAsync("k", Bytes("theirs"), WriteCondition.None, default);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => upload.CompleteAsync(default));

        Assert.Equal(ObjectStoreErrorKind.PreconditionFailed, exception.Kind);
        Assert.Equal("theirs", Encoding.UTF8.GetString(await _direct.GetAsync("k", 100, default)));
    }

    [S3Fact]
    public async Task DeleteAsync_ManyKeysAndAFault_DeletesAllInBatches()
    {
        var keys = Enumerable.Range(0, 1_005).Select(i => $"d/{i}").ToList();
        await _direct.PutAsync(keys[0], Bytes("x"), WriteCondition.None, default);
        await _direct.PutAsync(keys[^1], Bytes("x"), WriteCondition.None, default);
        _proxy.FailNext(Fault.LostAnswer);

        await _store.DeleteAsync(keys, default);

        Assert.Empty(await _direct.ListAsync("d/", default).ToListAsync());
        Assert.Equal(3, _proxy.Requests);
    }

    [S3Fact]
    public async Task AnyCall_NothingGetsThrough_IsUnavailableAndSaysWhat()
    {
        _proxy.Rates = new FaultRates { CutBefore = 1 };

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => _store.PutAsync("a/b", Bytes("x"), WriteCondition.IfAbsent, default));

        Assert.Equal(ObjectStoreErrorKind.Unavailable, exception.Kind);
        Assert.StartsWith($"Could not write 'a/b' in {_store.Name}: ", exception.Message, StringComparison.Ordinal);
    }

    [S3Fact]
    public async Task ManyOperations_FivePercentFailTwoPercentCut_AreRightOrClearErrors()
    {
        const int Operations = 300;
        var random = new Random(7);
        var versions = new Dictionary<string, byte[]>();
        _proxy.Rates = new FaultRates
        {
            InternalError = 0.015,
            SlowDown = 0.015,
            CutBefore = 0.01,
            LostAnswer = 0.01,
            CutBody = 0.01,
            TruncatedBody = 0.01,
            Latency = TimeSpan.FromMilliseconds(4),
        };
        var refused = 0;
        for (var i = 0; i < Operations; i++)
        {
            var key = $"k/{random.Next(12)}";
            try
            {
                await OperateAsync(random, key, versions);
            }
            catch (ObjectStoreException error) when (error.Kind is ObjectStoreErrorKind.Unavailable or ObjectStoreErrorKind.Throttled)
            {
                refused++;
                versions[key] = await _direct.ExistsAsync(key, default) ? await _direct.GetAsync(key, 10_000_000, default) : [];
            }
        }

        Assert.True(_proxy.Faults.Values.Sum() > 10, "faults happened");
        Assert.InRange(refused, 0, 2);
        _proxy.Rates = FaultRates.None;
        var expected = versions.Where(version => version.Value.Length > 0).Select(version => version.Key).Order(StringComparer.Ordinal);
        Assert.Equal(expected, await _store.ListAsync("k/", default).Select(item => item.Key).ToListAsync());
    }

    /// <summary>One operation against the model: key to content, empty where there is no object.</summary>
    private async Task OperateAsync(Random random, string key, Dictionary<string, byte[]> versions)
    {
        var known = versions.GetValueOrDefault(key, []);
        switch (random.Next(5))
        {
            case 0:
                var content = RandomBytes(random.Next(1, 200_000), random.Next());
                await _store.PutAsync(key, content, known.Length == 0 ? WriteCondition.IfAbsent : WriteCondition.None, default);
                versions[key] = content;
                break;
            case 1 when known.Length > 0:
                var replacement = RandomBytes(random.Next(1, 200_000), random.Next());
                var etag = (await _store.HeadAsync(key, default)).ETag;
                await _store.PutAsync(key, replacement, WriteCondition.IfMatch(etag), default);
                versions[key] = replacement;
                break;
            case 2 when known.Length > 0:
                await _store.DeleteAsync([key], default);
                versions[key] = [];
                break;
            case 3 when known.Length > 0:
                var offset = random.Next(known.Length);
                var buffer = new byte[random.Next(1, 100_000)];
                var read = await _store.ReadAsync(key, offset, buffer, ifMatch: null, default);
                Assert.Equal(known.AsSpan(offset, Math.Min(buffer.Length, known.Length - offset)).ToArray(), buffer[..read]);
                break;
            case var _ when known.Length > 0:
                Assert.Equal(known, await _store.GetAsync(key, known.Length, default));
                break;
            default:
                Assert.False(await _store.ExistsAsync(key, default));
                break;
        }
    }

    private static bool IsGet(HttpRequest request) => HttpMethods.IsGet(request.Method);

    private static bool IsPut(HttpRequest request) => HttpMethods.IsPut(request.Method);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] RandomBytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
