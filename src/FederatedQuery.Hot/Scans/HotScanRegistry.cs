namespace FederatedQuery.Hot.Scans;

/// <summary>The scans that statements may name by id in <c>hot_scan(id)</c>. Thread-safe.</summary>
public sealed class HotScanRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, HotScan> _scans = [];

    /// <summary>Ids of leases that have ended. The least is given first: what is known of a statement's text is known of the next one like it.</summary>
    private readonly SortedSet<long> _free = [];
    private long _lastId;

    /// <summary>Makes a scan known until the lease is disposed of.</summary>
    public HotScanLease Register(HotScan scan)
    {
        lock (_gate)
        {
            var id = _free.Count > 0 ? _free.Min : ++_lastId;
            _free.Remove(id);
            _scans.Add(id, scan);
            return new HotScanLease(id, scan, this);
        }
    }

    /// <exception cref="HotException">No scan of that id is registered (any more).</exception>
    internal HotScan Get(long id)
    {
        lock (_gate)
        {
            return _scans.TryGetValue(id, out var scan) ? scan : throw new HotException(HotErrorKind.NotFound, $"There is no scan {id}: its lease has ended.");
        }
    }

    internal void Remove(long id)
    {
        lock (_gate)
        {
            if (_scans.Remove(id))
            {
                _free.Add(id);
            }
        }
    }
}

/// <summary>A registered scan.</summary>
public sealed class HotScanLease : IDisposable
{
    private HotScanRegistry? _registry;

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
        // Once: the id may be another scan's by the second time.
        Interlocked.Exchange(ref _registry, null)?.Remove(Id);
        Scan.Trace.End(Scan.Statistics);
    }
}
