using System.Diagnostics.Metrics;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>The instruments of the data-file cache, of the meter <see cref="MeterName"/>; docs/telemetry.md lists them.</summary>
public sealed class DataFileCacheMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Cold";

    private readonly Meter _meter;
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _corrupt;
    private volatile DataFileCache? _observed;
    private long _hitCount;
    private long _missCount;

    public DataFileCacheMetrics(IMeterFactory? meters = null)
    {
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _lookups = _meter.CreateCounter<long>("cold.cache.lookups", "{file}", "Files of object stores that queries asked for, by whether they were on local disk.");
        _fetched = _meter.CreateCounter<long>("cold.cache.fetched", "By", "Bytes of data files and footers that came from object stores.");
        _evictions = _meter.CreateCounter<long>("cold.cache.evictions", "{file}", "Files that went to make room.");
        _corrupt = _meter.CreateCounter<long>("cold.cache.corrupt", "{file}", "Files that were found short or changed, and fetched again.");
        _meter.CreateObservableUpDownCounter("cold.cache.size", () => _observed?.Bytes ?? 0, "By", "Bytes of the cache's files, those under way included.");
        _meter.CreateObservableUpDownCounter("cold.cache.leases", () => _observed?.Leases ?? 0, "{lease}", "Files held for running queries.");
    }

    /// <summary>The cache as it is now; null while nothing has been read from an object store.</summary>
    public DataFileCacheState? State =>
        _observed is { } cache ? new DataFileCacheState(cache.Bytes, cache.MaxBytes, cache.Leases, Interlocked.Read(ref _hitCount), Interlocked.Read(ref _missCount)) : null;

    public void Dispose() => _meter.Dispose();

    internal void Observe(DataFileCache cache) => _observed = cache;

    internal void Forget(DataFileCache cache)
    {
        if (_observed == cache)
        {
            _observed = null;
        }
    }

    internal void Looked(int hits, int misses)
    {
        if (hits > 0)
        {
            Interlocked.Add(ref _hitCount, hits);
            _lookups.Add(hits, new KeyValuePair<string, object?>("cold.cache.result", "hit"));
        }

        if (misses > 0)
        {
            Interlocked.Add(ref _missCount, misses);
            _lookups.Add(misses, new KeyValuePair<string, object?>("cold.cache.result", "miss"));
        }
    }

    internal void Fetched(long bytes) => _fetched.Add(bytes);

    internal void Evicted() => _evictions.Add(1);

    internal void FoundCorrupt() => _corrupt.Add(1);
}
