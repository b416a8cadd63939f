using Microsoft.Extensions.Logging;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>
/// Parts of objects as files on local disk, up to a total size. The steps of <see cref="AcquireAsync"/>: find or reserve room for everything a
/// statement asks for at once, evicting the least recently used files that nobody reads, or wait for room; fetch what is missing, each part once
/// however many ask for it; check what is handed out. Files are held by leases. Safe for concurrent use.
/// </summary>
internal sealed partial class DataFileCache : IDisposable
{
    /// <summary>What a description takes beyond the location and the lists of numbers, generously.</summary>
    private const int DescriptionBytes = 1024;

    /// <summary>How often files that turn out broken are fetched again for one caller.</summary>
    private const int Rounds = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Location, long Length), List<CacheEntry>> _entries = [];
    private readonly LinkedList<CacheEntry> _evictable = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly CacheDirectory _directory;
    private readonly DataFileCacheOptions _options;
    private readonly DataFileCacheMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _bytes;
    private int _leases;

    /// <summary>Takes the folder and finds the files of earlier processes in it.</summary>
    /// <exception cref="DataFileCacheException">The folder is in use, or cannot be written to.</exception>
    public DataFileCache(DataFileCacheOptions options, DataFileCacheMetrics metrics, TimeProvider time, ILogger logger)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _directory = CacheDirectory.Open(options.Directory);
        try
        {
            TakeIn(_directory.ReadAll());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _directory.Dispose();
            throw new DataFileCacheException(
                DataFileCacheErrorKind.Directory, $"CACHE_DIRECTORY '{options.Directory}' cannot be read: {error.Message}", error);
        }

        _metrics.Observe(this);
        Log.Opened(_logger, options.Directory, _entries.Count, _bytes, options.MaxBytes);
    }

    /// <summary>Of all files, those under way included: never more than CACHE_MAX_BYTES.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>What <see cref="Bytes"/> is kept below.</summary>
    public long MaxBytes => _options.MaxBytes;

    public int Leases
    {
        get
        {
            lock (_lock)
            {
                return _leases;
            }
        }
    }

    /// <summary>Whether the part, or one that covers it, is here or on its way.</summary>
    public bool Has(FilePart part)
    {
        lock (_lock)
        {
            return Find(part) is not null;
        }
    }

    /// <summary>Whether a file with all row groups of an object and at least these fields is here or on its way; for when its footer is not known.</summary>
    public bool HasColumns(FilePart whole, IReadOnlySet<int> fieldIds)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(whole.Object, out var entries)
                && entries.Exists(entry => entry.Part.IsWhole || (entry.Part.RowGroups is null && fieldIds.IsSubsetOf(entry.Part.FieldIds!)));
        }
    }

    /// <summary>Brings parts to disk and holds them there until the leases are given back.</summary>
    /// <exception cref="DataFileCacheException">They do not fit.</exception>
    /// <exception cref="ObjectStore.ObjectStoreException">One cannot be fetched.</exception>
    public async Task<CacheLeases> AcquireAsync(IReadOnlyList<CacheRequest> requests, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var admission = await AdmitAsync(requests, cancellationToken);
            var isHeld = false;
            try
            {
                await WaitAsync(admission.Loads, cancellationToken);
                isHeld = !DoomWhere(admission.Entries, entry => entry.IsDoomed || HasChanged(entry));
                if (isHeld)
                {
                    return new CacheLeases(this, admission.Entries, [.. admission.ByRequest.Select(PathOf)], admission.Hits);
                }
            }
            finally
            {
                if (!isHeld)
                {
                    Release(admission.Entries);
                }
            }

            if (round == Rounds)
            {
                throw new DataFileCacheException(
                    DataFileCacheErrorKind.Corrupt,
                    $"Files in CACHE_DIRECTORY '{_directory.FullPath}' are not as they were written, after {Rounds} attempts. Is something else writing there, or is the disk failing?");
            }
        }
    }

    /// <summary>Reads leased files again and drops those that are not as they were written. For when a reader could make no sense of one.</summary>
    /// <returns>True when there was one: reading again may go well.</returns>
    public async Task<bool> DropBrokenAsync(IReadOnlyList<CacheEntry> leased, CancellationToken cancellationToken)
    {
        var broken = new HashSet<CacheEntry>();
        foreach (var entry in leased)
        {
            if (!await IsIntactAsync(entry, cancellationToken))
            {
                broken.Add(entry);
            }
        }

        return DoomWhere(broken, _ => true);
    }

    /// <summary>Drops what is here of objects; what is being read goes with its last lease.</summary>
    /// <param name="locations">As in <see cref="FilePart.Location"/>.</param>
    /// <returns>How many files went, or will.</returns>
    public int Forget(IReadOnlySet<string> locations) => Forget(location => locations.Contains(location), _ => true);

    /// <summary>Drops what is here of objects that have changed in their store since.</summary>
    /// <param name="etags">Of the objects as they are now, by location.</param>
    /// <returns>How many files went, or will.</returns>
    public int ForgetOthers(IReadOnlyDictionary<string, string> etags) => Forget(
        etags.ContainsKey, entry => entry.Description is { } description && description.ETag != etags[description.Location]);

    public void Release(IReadOnlyList<CacheEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                Release(entry);
            }

            AdmitWaiting();
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _metrics.Forget(this);
        _directory.Dispose();
    }

    private void TakeIn(IReadOnlyList<(string Name, StoredFile Description, DateTime LastUsed)> files)
    {
        foreach (var (name, description, _) in files.OrderBy(file => file.LastUsed))
        {
            var entry = new CacheEntry(description.Part, description.FileLength + ReservedForDescription(description.Part))
            {
                Name = name,
                Description = description,
                LastWriteTimeUtc = File.GetLastWriteTimeUtc(_directory.DataPath(name)),
                IsUnchecked = true,
            };
            Add(entry);
            entry.EvictionNode = _evictable.AddLast(entry);
        }

        // CACHE_MAX_BYTES may have been lowered.
        EvictDownTo(_options.MaxBytes);
    }

    private int Forget(Func<string, bool> isLocation, Func<CacheEntry, bool> goes)
    {
        lock (_lock)
        {
            var entries = _entries.Where(entry => isLocation(entry.Key.Location)).SelectMany(entry => entry.Value).Where(goes).ToList();
            foreach (var entry in entries)
            {
                if (entry.Leases > 0)
                {
                    Hide(entry);
                }
                else
                {
                    Remove(entry);
                }
            }

            AdmitWaiting();
            return entries.Count;
        }
    }

    private static int ReservedForDescription(FilePart part) => DescriptionBytes + (6 * part.Key.Length);

    private CacheEntry? Find(FilePart part) => _entries.TryGetValue(part.Object, out var entries) ? entries.Find(entry => entry.Part.Covers(part)) : null;

    private void Add(CacheEntry entry)
    {
        if (!_entries.TryGetValue(entry.Part.Object, out var entries))
        {
            _entries.Add(entry.Part.Object, entries = []);
        }

        entries.Add(entry);
        _bytes += entry.SizeBytes;
    }

    /// <summary>Nobody finds the entry from now on. Its bytes count until its file is gone.</summary>
    private void Hide(CacheEntry entry)
    {
        if (!entry.IsDoomed && _entries.TryGetValue(entry.Part.Object, out var entries) && entries.Remove(entry) && entries.Count == 0)
        {
            _entries.Remove(entry.Part.Object);
        }

        entry.IsDoomed = true;
    }

    private void Release(CacheEntry entry)
    {
        _leases--;
        if (--entry.Leases > 0)
        {
            return;
        }

        if (entry.Load is not null)
        {
            // Nobody wants it any more; its task removes what it has written. Callbacks of the token run elsewhere, not under the lock.
            Hide(entry);
            _ = entry.LoadCancellation!.CancelAsync();
        }
        else if (entry.IsDoomed)
        {
            Remove(entry);
        }
        else
        {
            entry.EvictionNode = _evictable.AddLast(entry);
        }
    }

    /// <summary>The file goes, and its bytes are free.</summary>
    private void Remove(CacheEntry entry)
    {
        Hide(entry);
        if (entry.EvictionNode is { } node)
        {
            _evictable.Remove(node);
            entry.EvictionNode = null;
        }

        try
        {
            if (entry.Name is { } name)
            {
                _directory.Delete(name);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.DeleteFailed(_logger, error, entry.Name!);
        }

        _bytes -= entry.SizeBytes;
    }

    private void EvictDownTo(long bytes)
    {
        while (_bytes > bytes && _evictable.First is { } oldest)
        {
            _metrics.Evicted();
            Log.Evicted(_logger, oldest.Value.Part.Location, oldest.Value.SizeBytes);
            Remove(oldest.Value);
        }
    }

    /// <summary>Hides the entries that the test finds wanting. Their files go with their last lease.</summary>
    private bool DoomWhere(IEnumerable<CacheEntry> entries, Predicate<CacheEntry> isWanting)
    {
        var wanting = entries.Where(entry => isWanting(entry)).ToList();
        lock (_lock)
        {
            foreach (var entry in wanting.Where(entry => !entry.IsDoomed))
            {
                _metrics.FoundCorrupt();
                Log.Corrupt(_logger, entry.Part.Location, entry.Name!);
                Hide(entry);
            }
        }

        return wanting.Count > 0;
    }

    private string PathOf(CacheEntry entry) => _directory.DataPath(entry.Name!);

    /// <summary>A look at the file's length and time: what costs next to nothing at each use.</summary>
    private bool HasChanged(CacheEntry entry)
    {
        var file = new FileInfo(PathOf(entry));
        return !file.Exists || file.Length != entry.Description!.FileLength || file.LastWriteTimeUtc != entry.LastWriteTimeUtc;
    }

    private async Task<bool> IsIntactAsync(CacheEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return !HasChanged(entry) && await FileChecksum.ComputeAsync(PathOf(entry), cancellationToken) == entry.Description!.Checksum;
        }
        catch (IOException error)
        {
            Log.CheckFailed(_logger, error, entry.Name!);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(ColdEventId.CacheOpened, LogLevel.Information, "Data files are cached in '{Directory}': {ObjectCount} objects, {Bytes} of {MaxBytes} bytes")]
        public static partial void Opened(ILogger logger, string directory, int objectCount, long bytes, long maxBytes);

        [LoggerMessage(ColdEventId.CacheEvicted, LogLevel.Debug, "Evicted {Bytes} bytes of '{Location}'")]
        public static partial void Evicted(ILogger logger, string location, long bytes);

        [LoggerMessage(ColdEventId.CacheCorrupt, LogLevel.Warning, "The cached file '{Name}' of '{Location}' is not as it was written; it is fetched again")]
        public static partial void Corrupt(ILogger logger, string location, string name);

        [LoggerMessage(ColdEventId.CacheCheckFailed, LogLevel.Warning, "The cached file '{Name}' cannot be read")]
        public static partial void CheckFailed(ILogger logger, Exception error, string name);

        [LoggerMessage(ColdEventId.CacheDeleteFailed, LogLevel.Error, "The cached file '{Name}' cannot be deleted; the cache may outgrow CACHE_MAX_BYTES by it")]
        public static partial void DeleteFailed(ILogger logger, Exception error, string name);

        [LoggerMessage(ColdEventId.CacheFetchFailed, LogLevel.Warning, "'{Location}' could not be brought to local disk")]
        public static partial void FetchFailed(ILogger logger, Exception error, string location);
    }
}
