using System.Globalization;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Puffin;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Scanning;

/// <summary>Deletion vectors, each read by its range of its Puffin file, kept up to a size in bytes. Safe for concurrent use.</summary>
internal sealed class DeletionVectors(long maxBytes)
{
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(5);

    private readonly SizeBoundedCache<RoaringPositions> _vectors = new(maxBytes, positions => positions.SizeBytes, LoadTimeout);

    /// <param name="location">The Puffin file.</param>
    /// <param name="file">The deletion vector as the manifest lists it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IcebergException">InvalidFile: it is broken, or not what the manifest says.</exception>
    /// <exception cref="ObjectStoreException">The file cannot be read.</exception>
    public Task<RoaringPositions> GetAsync(ObjectLocation location, DataFile file, CancellationToken cancellationToken)
    {
        var size = file.ContentSizeInBytes is >= 0 and <= DeletionVector.MaxBlobBytes and var bytes ? (int)bytes : throw Broken("size", file.ContentSizeInBytes);
        var offset = file.ContentOffset is >= 0 and var start ? start : throw Broken("offset", file.ContentOffset);
        return _vectors.GetAsync(KeyOf(location, file), async token => DeletionVector.Parse(file, await ReadAsync(location, offset, size, token)), cancellationToken);

        IcebergException Broken(string what, long? value) => new(
            IcebergErrorKind.InvalidFile,
            $"The deletion vector in '{file.FilePath}' has the {what} {value?.ToString(CultureInfo.InvariantCulture) ?? "null"}; it must be from 0 on, and no vector has more than {DeletionVector.MaxBlobBytes} bytes.");
    }

    /// <summary>Whether it need not be read.</summary>
    public bool Has(ObjectLocation location, DataFile file) => _vectors.TryGet(KeyOf(location, file), out _);

    private static string KeyOf(ObjectLocation location, DataFile file) =>
        string.Create(CultureInfo.InvariantCulture, $"{location}|{file.ContentOffset}|{file.ContentSizeInBytes}|{file.RecordCount}");

    /// <summary>Fewer bytes than asked for end in a broken vector, which names the file.</summary>
    private static async Task<byte[]> ReadAsync(ObjectLocation location, long offset, int size, CancellationToken cancellationToken)
    {
        var buffer = new byte[size];
        var read = await location.Store.ReadAsync(location.Key, offset, buffer, ifMatch: null, cancellationToken);
        return read == size ? buffer : buffer[..read];
    }
}
