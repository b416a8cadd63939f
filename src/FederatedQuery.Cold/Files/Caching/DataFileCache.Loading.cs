namespace FederatedQuery.Cold.Files.Caching;

/// <summary>Fetching what is missing, and checking what an earlier process left.</summary>
internal sealed partial class DataFileCache
{
    /// <summary>Waits for all that is on its way. The first failure ends the wait; the others are seen by whoever waits for those parts.</summary>
    private static async Task WaitAsync(IReadOnlyList<Task> loads, CancellationToken cancellationToken)
    {
        await foreach (var load in Task.WhenEach(loads).WithCancellation(cancellationToken))
        {
            await load;
        }
    }

    /// <summary>Begins a load, under the lock. It goes on when the caller that began it gives up, as long as another waits.</summary>
    private void Start(CacheEntry entry, Func<CancellationToken, Task> load)
    {
        entry.LoadCancellation = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        entry.Load = RunAsync(entry, load, entry.LoadCancellation);

        // Those who wait see a failure; when they have all given up it was logged, and is not left unobserved.
        _ = entry.Load.ContinueWith(
            static load => _ = load.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task RunAsync(CacheEntry entry, Func<CancellationToken, Task> load, CancellationTokenSource cancellation)
    {
        // Leaves the caller's lock before anything slow begins.
        await Task.Yield();
        try
        {
            await load(cancellation.Token);
            Finish(entry);
        }
        catch (Exception error)
        {
            if (!cancellation.IsCancellationRequested)
            {
                Log.FetchFailed(_logger, error, entry.Part.Location);
            }

            lock (_lock)
            {
                // Those who wait still hold it; the file, if any, goes with the last of them.
                Hide(entry);
                Finish(entry);
            }

            throw;
        }
        finally
        {
            cancellation.Dispose();
        }
    }

    private void Finish(CacheEntry entry)
    {
        lock (_lock)
        {
            entry.Load = null;
            entry.IsUnchecked = false;
            if (entry.Leases == 0)
            {
                Remove(entry);
            }
            else if (!entry.IsDoomed)
            {
                RemoveCovered(entry);
            }

            AdmitWaiting();
        }
    }

    /// <summary>Parts of the same object that nobody reads and that the new one makes needless.</summary>
    private void RemoveCovered(CacheEntry entry)
    {
        var covered = _entries[entry.Part.Object].Where(other => other != entry && other.EvictionNode is not null && entry.Part.Covers(other.Part));
        foreach (var other in covered.ToList())
        {
            Remove(other);
        }
    }

    private async Task CheckAsync(CacheEntry entry, CancellationToken cancellationToken)
    {
        if (!await IsIntactAsync(entry, cancellationToken))
        {
            // The callers see that it is gone, and ask again.
            DoomWhere([entry], _ => true);
        }
    }

    private async Task FetchAsync(CacheEntry entry, CacheRequest request, CancellationToken cancellationToken)
    {
        var temporary = _directory.NewTemporaryPath();
        try
        {
            StoredFile description;
            using (var file = File.OpenHandle(
                temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous, preallocationSize: request.SizeBytes))
            {
                var etag = await request.FetchAsync(file, cancellationToken);
                description = new StoredFile
                {
                    Location = request.Part.Location,
                    ObjectLength = request.Part.Length,
                    ETag = etag,
                    FieldIds = request.Part.FieldIds,
                    RowGroups = request.Part.RowGroups,
                    FileLength = RandomAccess.GetLength(file),
                    Checksum = await FileChecksum.ComputeAsync(file, cancellationToken),
                };
                if (description.FileLength != request.SizeBytes)
                {
                    throw new IOException($"'{request.Part.Location}' took {description.FileLength} bytes on disk instead of {request.SizeBytes}.");
                }

                RandomAccess.FlushToDisk(file);
            }

            var name = CacheDirectory.NewName(request.Part, description.ETag);
            var descriptionBytes = _directory.Store(temporary, name, description);
            lock (_lock)
            {
                entry.Name = name;
                entry.Description = description;
                entry.LastWriteTimeUtc = File.GetLastWriteTimeUtc(_directory.DataPath(name));
                _bytes -= entry.SizeBytes;
                entry.SizeBytes = description.FileLength + descriptionBytes;
                _bytes += entry.SizeBytes;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFileCacheException(
                DataFileCacheErrorKind.Directory,
                $"'{request.Part.Location}' could not be written to CACHE_DIRECTORY '{_directory.FullPath}': {error.Message}",
                error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
