using System.Runtime.CompilerServices;

namespace FederatedQuery.ObjectStore.Local;

/// <summary>
/// Objects as files below one folder. A write goes to a temporary file in <c>.uploads</c>, is flushed to disk and then linked
/// (<see cref="WriteCondition.IfAbsent"/>) or renamed into place, so readers see whole objects, conditions hold between processes, and what
/// was acknowledged survives a power cut. Overwriting and deleting take a lock file, because "compare, then rename" is two steps.
/// ETags are made of the modification time (100 ns) and the length; a file is never changed in place, and an overwrite moves the time
/// forward. An object and a "folder" cannot share a name, as they can in S3.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
    /// <summary>The folder below the root that holds uploads under way and locks; no key may begin with it.</summary>
    internal const string UploadsFolder = ".uploads";

    private readonly TimeProvider _timeProvider;

    /// <param name="root">An absolute path; created on the first write.</param>
    /// <param name="timeProvider">Gives the times that objects carry.</param>
    public LocalObjectStore(string root, TimeProvider timeProvider)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        if (!Path.IsPathFullyQualified(root))
        {
            throw new ArgumentException($"The folder of a local object store must be an absolute path, not '{root}'.", nameof(root));
        }

        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _timeProvider = timeProvider;
    }

    /// <summary>The folder, absolute, without a trailing separator.</summary>
    public string Root { get; }

    public string Name => "file://" + Root;

    internal string UploadsPath => Path.Combine(Root, UploadsFolder);

    public Task<ObjectProperties> HeadAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return LocalErrors.Translate(this, "read", key, () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(LocalObjectFile.PropertiesOf(key, new FileInfo(path)));
        });
    }

    public Task<ObjectContent> OpenReadAsync(string key, ByteRange range, string? ifMatch, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return LocalErrors.Translate(this, "read", key, () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var handle = LocalObjectFile.OpenRead(path, FileOptions.Asynchronous | FileOptions.SequentialScan);
            try
            {
                var properties = PropertiesOf(key, handle, ifMatch);
                var (offset, length) = range.Within(properties.Length);
                return Task.FromResult(new ObjectContent(properties, new FileRangeStream(handle, offset, length)));
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        });
    }

    public Task<int> ReadAsync(string key, long offset, Memory<byte> buffer, string? ifMatch, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var path = PathOf(key);
        return LocalErrors.Translate(this, "read", key, async () =>
        {
            using var handle = LocalObjectFile.OpenRead(path, FileOptions.Asynchronous | FileOptions.RandomAccess);
            PropertiesOf(key, handle, ifMatch);
            var total = 0;
            while (total < buffer.Length)
            {
                var read = await RandomAccess.ReadAsync(handle, buffer[total..], offset + total, cancellationToken);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        });
    }

    public async Task<ObjectProperties> PutAsync(
        string key, ReadOnlyMemory<byte> content, WriteCondition condition, CancellationToken cancellationToken)
    {
        await using var upload = await StartUploadAsync(key, condition, cancellationToken);
        await upload.WriteAsync(content, cancellationToken);
        return await upload.CompleteAsync(cancellationToken);
    }

    public Task<IObjectUpload> StartUploadAsync(string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return LocalErrors.Translate(this, "write", key, () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<IObjectUpload>(new LocalObjectUpload(this, key, path, condition, _timeProvider));
        });
    }

    public async IAsyncEnumerable<ObjectPage> ListPagesAsync(
        string prefix, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var page = new List<ObjectProperties>();
        using var objects = LocalListing.Walk(Root, prefix, options.ContinuationToken).GetEnumerator();
        while (await LocalErrors.Translate(this, "list", prefix, () => Task.FromResult(objects.MoveNext())))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (page.Count == options.PageSize)
            {
                yield return new ObjectPage(page, page[^1].Key);
                page = [];
            }

            page.Add(objects.Current);
        }

        yield return new ObjectPage(page, ContinuationToken: null);
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var paths = keys.Select(key => (Key: key, Path: PathOf(key))).ToList();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, path) in paths)
        {
            await LocalErrors.Translate(this, "delete", key, async () =>
            {
                if (!File.Exists(path))
                {
                    return false;
                }

                using var keyLock = await LocalKeyLock.AcquireAsync(UploadsPath, key, _timeProvider, cancellationToken);
                File.Delete(path);
                return folders.Add(Path.GetDirectoryName(path)!);
            });
        }

        foreach (var folder in folders)
        {
            Durability.FlushFolder(folder);
        }
    }

    public string? TryGetLocalPath(string key) => PathOf(key);

    /// <summary>Deletes what uploads cut off by a crash left in <c>.uploads</c>. Call it with an age that no live upload has.</summary>
    /// <returns>The number of files deleted.</returns>
    public int RemoveAbandonedUploads(TimeSpan olderThan)
    {
        if (!Directory.Exists(UploadsPath))
        {
            return 0;
        }

        var limit = (_timeProvider.GetUtcNow() - olderThan).UtcDateTime;
        var abandoned = new DirectoryInfo(UploadsPath)
            .EnumerateFiles($"*{LocalObjectUpload.TemporarySuffix}")
            .Where(file => file.LastWriteTimeUtc < limit)
            .ToList();
        abandoned.ForEach(file => file.Delete());
        return abandoned.Count;
    }

    private static ObjectProperties PropertiesOf(string key, Microsoft.Win32.SafeHandles.SafeFileHandle handle, string? ifMatch)
    {
        var properties = LocalObjectFile.PropertiesOf(key, handle);
        if (ifMatch is not null && ifMatch != properties.ETag)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.PreconditionFailed,
                $"Object '{key}' has changed: its ETag is '{properties.ETag}', not '{ifMatch}'.",
                key);
        }

        return properties;
    }

    private string PathOf(string key)
    {
        ObjectKey.Validate(key);
        if (key == UploadsFolder || key.StartsWith(UploadsFolder + "/", StringComparison.Ordinal))
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.InvalidLocation,
                $"The object key '{key}' begins with '{UploadsFolder}', which {Name} keeps for uploads under way. Choose another folder.",
                key);
        }

        if (OperatingSystem.IsWindows() && key.AsSpan().IndexOfAny("\\:*?\"<>|") >= 0)
        {
            throw new ObjectStoreException(
                ObjectStoreErrorKind.InvalidLocation, $"The object key '{key}' holds a character that file names of this system cannot have.", key);
        }

        return Path.Combine(Root, key);
    }
}
