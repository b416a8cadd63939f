using System.Runtime.CompilerServices;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>A store as a process sees it that may die with any operation on it, before or after the operation has been done.</summary>
internal sealed class MortalObjectStore(IObjectStore inner, LifeSpan life) : ForwardingObjectStore(inner)
{
    public override Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken) =>
        WithAsync(() => base.HeadAsync(key, cancellationToken));

    public override Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken) =>
        WithAsync(() => base.OpenReadAsync(key, range, ifMatch, cancellationToken));

    public override Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken) =>
        WithAsync(() => base.ReadAsync(key, offset, buffer, ifMatch, cancellationToken));

    public override Task<ObjectProperties> PutAsync(string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken) =>
        WithAsync(() => base.PutAsync(key, content, condition, cancellationToken), isChange: true);

    public override Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken) =>
        WithAsync<IObjectUpload>(async () => new Upload(await base.StartUploadAsync(key, condition, cancellationToken), life));

    public override async IAsyncEnumerable<ObjectPage> ListPagesAsync(
        string prefix, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in base.ListPagesAsync(prefix, options, cancellationToken))
        {
            await life.PassAsync();
            yield return page;
        }
    }

    /// <summary>One key after the other, as stores do: death may come in the midst of them.</summary>
    public override async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            await life.PassChangeAsync();
            await base.DeleteAsync([key], cancellationToken);
        }

        await life.PassChangeAsync();
    }

    private async Task<T> WithAsync<T>(Func<Task<T>> operation, bool isChange = false)
    {
        await PassAsync(isChange);
        var result = await operation();
        await PassAsync(isChange);
        return result;
    }

    private Task PassAsync(bool isChange) => isChange ? life.PassChangeAsync() : life.PassAsync();

    private sealed class Upload(IObjectUpload inner, LifeSpan life) : IObjectUpload
    {
        public long Length => inner.Length;

        public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await life.PassAsync();
            await inner.WriteAsync(content, cancellationToken);
        }

        public async Task<ObjectProperties> CompleteAsync(CancellationToken cancellationToken)
        {
            await life.PassChangeAsync();
            var properties = await inner.CompleteAsync(cancellationToken);
            await life.PassChangeAsync();
            return properties;
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
