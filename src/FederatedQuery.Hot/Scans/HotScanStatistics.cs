namespace FederatedQuery.Hot.Scans;

/// <summary>What a scan has read so far; may be read while it runs.</summary>
public sealed class HotScanStatistics
{
    private long _rows;
    private long _bytes;
    private long _microseconds;

    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Bytes of the COPY format.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Time spent waiting for and decoding rows, all threads together.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMicroseconds(Interlocked.Read(ref _microseconds));

    internal void Add(long rows, long bytes, TimeSpan elapsed)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _microseconds, (long)elapsed.TotalMicroseconds);
    }
}
