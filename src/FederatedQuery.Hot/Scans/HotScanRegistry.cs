using System.Collections.Concurrent;

namespace FederatedQuery.Hot.Scans;

/// <summary>The scans that statements may name by id in <c>hot_scan(id)</c>. Thread-safe.</summary>
public sealed class HotScanRegistry
{
    private readonly ConcurrentDictionary<long, HotScan> _scans = new();
    private long _lastId;

    /// <summary>Makes a scan known until the lease is disposed of.</summary>
    public HotScanLease Register(HotScan scan)
    {
        var id = Interlocked.Increment(ref _lastId);
        _scans[id] = scan;
        return new HotScanLease(id, scan, this);
    }

    /// <exception cref="HotException">No scan of that id is registered (any more).</exception>
    internal HotScan Get(long id) =>
        _scans.TryGetValue(id, out var scan) ? scan : throw new HotException(HotErrorKind.NotFound, $"There is no scan {id}: its lease has ended.");

    internal void Remove(long id) => _scans.TryRemove(id, out _);
}

/// <summary>A registered scan.</summary>
public sealed class HotScanLease : IDisposable
{
    private readonly HotScanRegistry _registry;

    internal HotScanLease(long id, HotScan scan, HotScanRegistry registry)
    {
        Id = id;
        Scan = scan;
        _registry = registry;
    }

    public long Id { get; }

    public HotScan Scan { get; }

    /// <summary>The call as DuckDB's SQL has it, to stand for the table.</summary>
    public string Sql => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{HotScanFunction.FunctionName}({Id})");

    public void Dispose()
    {
        _registry.Remove(Id);
        Scan.Trace.End(Scan.Statistics);
    }
}
