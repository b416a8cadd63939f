using FederatedQuery.DuckDb.TableFunctions;

namespace FederatedQuery.Hot.Scans;

/// <summary>The scans that statements may name by id in <c>hot_scan(id)</c>. Thread-safe.</summary>
public sealed class HotScanRegistry
{
    private readonly Leases<HotScan> _scans = new();

    /// <summary>Makes a scan known until the lease is disposed of.</summary>
    public HotScanLease Register(HotScan scan) => new(scan, _scans.Add(scan));

    /// <exception cref="HotException">No scan of that id is registered (any more).</exception>
    internal HotScan Get(long id) =>
        _scans.TryGet(id, out var scan) ? scan : throw new HotException(HotErrorKind.NotFound, $"There is no scan {id}: its lease has ended.");
}

/// <summary>A registered scan.</summary>
public sealed class HotScanLease : IDisposable
{
    private readonly Lease<HotScan> _lease;

    internal HotScanLease(HotScan scan, Lease<HotScan> lease) => (Scan, _lease) = (scan, lease);

    public long Id => _lease.Id;

    public HotScan Scan { get; }

    /// <summary>The call as DuckDB's SQL has it, to stand for the table.</summary>
    public string Sql => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{HotScanFunction.FunctionName}({Id})");

    public void Dispose()
    {
        _lease.Dispose();
        Scan.Trace.End(Scan.Statistics);
    }
}
