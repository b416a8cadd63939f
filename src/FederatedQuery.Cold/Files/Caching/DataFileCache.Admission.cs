using System.Globalization;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>Who gets room, and when.</summary>
internal sealed partial class DataFileCache
{
    /// <summary>
    /// Leases everything asked for at once, or nothing: whoever waits holds nothing, so waiting ends when those who run are done. Who asks only for
    /// what is here never waits; the others are served in the order they came.
    /// </summary>
    private async Task<Admission> AdmitAsync(IReadOnlyList<CacheRequest> requests, CancellationToken cancellationToken)
    {
        Waiter waiter;
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            if (TryAdmit(requests, isFirst: _waiting.Count == 0) is { } admission)
            {
                return admission;
            }

            waiter = new Waiter(requests, new TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously));
            node = _waiting.AddLast(waiter);
        }

        try
        {
            return await waiter.Admitted.Task.WaitAsync(_options.AdmissionTimeout, _time, cancellationToken);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            GiveUp(node);
            if (error is TimeoutException)
            {
                throw Full(requests);
            }

            throw;
        }
    }

    private void GiveUp(LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
                AdmitWaiting();
                return;
            }
        }

        // Admitted in the same moment: give it back.
        if (node.Value.Admitted.Task is { IsCompletedSuccessfully: true, Result: var admission })
        {
            Release(admission.Entries);
        }
    }

    private void AdmitWaiting()
    {
        while (_waiting.First is { } first)
        {
            try
            {
                if (TryAdmit(first.Value.Requests, isFirst: true) is not { } admission)
                {
                    return;
                }

                _waiting.RemoveFirst();
                first.Value.Admitted.SetResult(admission);
            }
            catch (DataFileCacheException tooLarge)
            {
                // Its own answer, not that of whoever happened to make room.
                _waiting.RemoveFirst();
                first.Value.Admitted.SetException(tooLarge);
            }
        }
    }

    /// <param name="isFirst">False: only what needs no room is admitted.</param>
    private Admission? TryAdmit(IReadOnlyList<CacheRequest> requests, bool isFirst)
    {
        var found = requests.Select(request => Find(request.Part)).ToList();
        var missing = new Dictionary<FilePart, CacheRequest>();
        foreach (var (request, entry) in requests.Zip(found))
        {
            if (entry is null)
            {
                missing.TryAdd(request.Part, request);
            }
        }

        var needed = missing.Values.Sum(SizeOf);
        var held = found.OfType<CacheEntry>().Distinct().Sum(entry => entry.SizeBytes);
        if (needed + held > _options.MaxBytes)
        {
            throw new DataFileCacheException(
                DataFileCacheErrorKind.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The statement reads {needed + held} bytes of {requests.Count} files of object stores; CACHE_MAX_BYTES is {_options.MaxBytes}. ")
                + "Narrow it, by a condition on the time column or fewer columns, or raise CACHE_MAX_BYTES.");
        }

        if (needed > 0 && (!isFirst || !HasRoom(needed, found)))
        {
            return null;
        }

        var hits = found.OfType<CacheEntry>().Distinct().Count(entry => entry.Load is null || entry.IsUnchecked);
        var entries = found.OfType<CacheEntry>().Distinct().ToList();
        foreach (var entry in entries)
        {
            Lease(entry);
        }

        EvictDownTo(_options.MaxBytes - needed);
        var started = new List<CacheEntry>();
        foreach (var request in missing.Values)
        {
            var entry = new CacheEntry(request.Part, SizeOf(request));
            Add(entry);
            Lease(entry);
            Start(entry, token => FetchAsync(entry, request, token));
            started.Add(entry);
        }

        _metrics.Looked(hits, started.Count);
        var byPart = started.ToDictionary(entry => entry.Part);
        entries.AddRange(started);
        return new Admission(
            entries,
            [.. requests.Zip(found, (request, entry) => entry ?? byPart[request.Part])],
            [.. entries.Select(entry => entry.Load).OfType<Task>()],
            hits);
    }

    private static long SizeOf(CacheRequest request) => request.SizeBytes + ReservedForDescription(request.Part);

    private bool HasRoom(long needed, List<CacheEntry?> kept)
    {
        var keep = kept.OfType<CacheEntry>().ToHashSet();
        var free = _options.MaxBytes - _bytes;
        for (var node = _evictable.First; node is not null && free < needed; node = node.Next)
        {
            free += keep.Contains(node.Value) ? 0 : node.Value.SizeBytes;
        }

        return free >= needed;
    }

    private void Lease(CacheEntry entry)
    {
        _leases++;
        if (entry.Leases++ == 0 && entry.EvictionNode is { } node)
        {
            _evictable.Remove(node);
            entry.EvictionNode = null;
        }

        if (entry is { IsUnchecked: true, Load: null })
        {
            Start(entry, token => CheckAsync(entry, token));
        }
    }

    private DataFileCacheException Full(IReadOnlyList<CacheRequest> requests) => new(
        DataFileCacheErrorKind.Full,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The cache is full of files that other statements read: there was no room for {requests.Count} files within {_options.AdmissionTimeout.TotalSeconds} s. ")
            + string.Create(CultureInfo.InvariantCulture, $"Try again, or raise CACHE_MAX_BYTES, which is {_options.MaxBytes}."));

    /// <param name="Entries">What is leased, each once.</param>
    /// <param name="ByRequest">The entry of each request.</param>
    /// <param name="Loads">What has to end before they can be read.</param>
    private sealed record Admission(IReadOnlyList<CacheEntry> Entries, IReadOnlyList<CacheEntry> ByRequest, IReadOnlyList<Task> Loads, int Hits);

    private sealed record Waiter(IReadOnlyList<CacheRequest> Requests, TaskCompletionSource<Admission> Admitted);
}
