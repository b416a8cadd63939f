namespace FederatedQuery.ObjectStore.Local;

/// <summary>A temporary file that becomes the object: written, flushed, linked or renamed, its folders flushed. See <see cref="LocalObjectStore"/>.</summary>
internal sealed class LocalObjectUpload : IObjectUpload
{
    public const string TemporarySuffix = ".tmp";

    private readonly LocalObjectStore _store;
    private readonly string _key;
    private readonly string _path;
    private readonly WriteCondition _condition;
    private readonly TimeProvider _timeProvider;
    private readonly string _temporaryPath;
    private readonly FileStream _file;
    private bool _isComplete;

    public LocalObjectUpload(LocalObjectStore store, string key, string path, WriteCondition condition, TimeProvider timeProvider)
    {
        _store = store;
        _key = key;
        _path = path;
        _condition = condition;
        _timeProvider = timeProvider;
        Directory.CreateDirectory(store.UploadsPath);
        _temporaryPath = Path.Combine(store.UploadsPath, Guid.NewGuid().ToString("N") + TemporarySuffix);
        _file = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
    }

    public long Length { get; private set; }

    public Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        LocalErrors.Translate(_store, "write", _key, async () =>
        {
            await _file.WriteAsync(content, cancellationToken);
            return Length += content.Length;
        });

    public Task<ObjectProperties> CompleteAsync(CancellationToken cancellationToken) =>
        LocalErrors.Translate(_store, "write", _key, async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            _file.Flush(flushToDisk: true);
            await _file.DisposeAsync();
            if (_condition.IsIfAbsent)
            {
                PlaceIfAbsent();
            }
            else
            {
                await PlaceOverAsync(cancellationToken);
            }

            _isComplete = true;
            Durability.FlushFolder(Path.GetDirectoryName(_path)!);
            return LocalObjectFile.PropertiesOf(_key, new FileInfo(_path));
        });

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (!_isComplete)
        {
            File.Delete(_temporaryPath);
        }
    }

    private void PlaceIfAbsent()
    {
        File.SetLastWriteTimeUtc(_temporaryPath, _timeProvider.GetUtcNow().UtcDateTime);
        CreateFolders();
        if (!Durability.TryMoveIfAbsent(_temporaryPath, _path))
        {
            throw PreconditionFailed("an object with this key exists");
        }
    }

    private async Task PlaceOverAsync(CancellationToken cancellationToken)
    {
        CreateFolders();
        using var keyLock = await LocalKeyLock.AcquireAsync(_store.UploadsPath, _key, _timeProvider, cancellationToken);
        var existing = new FileInfo(_path);
        if (_condition.IfMatchETag is { } etag)
        {
            var current = existing.Exists ? LocalObjectFile.PropertiesOf(_key, existing).ETag : null;
            if (current != etag)
            {
                throw PreconditionFailed(current is null ? "no object has this key" : $"its ETag is '{current}'");
            }
        }

        // The time is part of the ETag, so it must move even when the clock stands still or is set back.
        var now = _timeProvider.GetUtcNow().UtcDateTime;
        var lastWrite = existing.Exists && existing.LastWriteTimeUtc >= now ? existing.LastWriteTimeUtc.AddTicks(1) : now;
        File.SetLastWriteTimeUtc(_temporaryPath, lastWrite);
        File.Move(_temporaryPath, _path, overwrite: true);
    }

    private void CreateFolders()
    {
        // Folders that are new must be made durable too, up to the first that was there.
        var created = new Stack<string>();
        if (Directory.Exists(_path))
        {
            throw NameIsTaken(_path, "a folder of other objects");
        }

        for (var folder = Path.GetDirectoryName(_path)!; !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
        {
            if (File.Exists(folder))
            {
                throw NameIsTaken(folder, "an object");
            }

            created.Push(folder);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        foreach (var folder in created)
        {
            Durability.FlushFolder(Path.GetDirectoryName(folder)!);
        }
    }

    private ObjectStoreException NameIsTaken(string path, string holder) => new(
        ObjectStoreErrorKind.InvalidLocation,
        $"Object '{_key}' was not written to {_store.Name}: '{Path.GetRelativePath(_store.Root, path)}' is {holder}, and on a disk no name can be both.",
        _key);

    private ObjectStoreException PreconditionFailed(string found) => new(
        ObjectStoreErrorKind.PreconditionFailed,
        $"Object '{_key}' was not written to {_store.Name}: the write asked for '{_condition}', but {found}.",
        _key);
}
