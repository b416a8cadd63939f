using System.Buffers;
using System.Runtime.CompilerServices;

namespace FederatedQuery.ObjectStore;

/// <summary>What every store can do by means of the interface.</summary>
public static class ObjectStoreExtensions
{
    private const int CopyBufferBytes = 1 << 18;

    /// <summary>The whole object in memory.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The object.</param>
    /// <param name="maxBytes">A larger object is refused before it is read.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="ObjectStoreException">NotFound; TooLarge.</exception>
    public static async Task<byte[]> GetAsync(this IObjectStore store, string key, long maxBytes, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(key, ByteRange.All, ifMatch: null, cancellationToken);
        var length = content.Properties.Length;
        if (length > maxBytes)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.TooLarge,
                $"Object '{key}' in {store.Name} has {length} bytes; at most {maxBytes} are read into memory here.",
                key);
        }

        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)length));
        await content.Stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>All objects under a prefix, ascending by key, fetched page by page as they are asked for.</summary>
    public static async IAsyncEnumerable<ObjectProperties> ListAsync(
        this IObjectStore store, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in store.ListPagesAsync(prefix, ListOptions.Default, cancellationToken))
        {
            foreach (var item in page.Objects)
            {
                yield return item;
            }
        }
    }

    /// <summary>Uploads a file of this machine.</summary>
    public static async Task<ObjectProperties> PutFileAsync(
        this IObjectStore store, string key, string path, WriteCondition condition, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var upload = await store.StartUploadAsync(key, condition, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(file.Length, 1, CopyBufferBytes));
        try
        {
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await upload.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return await upload.CompleteAsync(cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>False where the object is missing; other failures are thrown.</summary>
    public static async Task<bool> ExistsAsync(this IObjectStore store, string key, CancellationToken cancellationToken)
    {
        try
        {
            await store.HeadAsync(key, cancellationToken);
            return true;
        }
        catch (ObjectStoreException exception) when (exception.Kind == ObjectStoreErrorKind.NotFound)
        {
            return false;
        }
    }
}
