using System.Diagnostics;

namespace FederatedQuery.Hot.Scans;

/// <summary>The span of a scan: from the first row that is asked for to the last one read. Thread-safe.</summary>
public sealed class HotScanTrace
{
    /// <summary>Of the activity source.</summary>
    public const string SourceName = "FederatedQuery.Hot";

    private static readonly ActivitySource Activities = new(SourceName);

    private int _begun;
    private Activity? _activity;
    private long _lastTicks;

    /// <summary>On one of DuckDB's threads, which no activity is to be left on.</summary>
    internal void Begin(HotScan scan)
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            return;
        }

        var current = Activity.Current;
        var activity = Activities.StartActivity("hot.scan", ActivityKind.Client, scan.Parent ?? default);
        Activity.Current = current;
        activity?.SetTag("db.system.name", "postgresql").SetTag("db.operation.name", "COPY").SetTag("db.collection.name", scan.Table.Name.ToString());
        Volatile.Write(ref _activity, activity);
    }

    internal void Read(TimeProvider time)
    {
        if (Volatile.Read(ref _activity) is not null)
        {
            Volatile.Write(ref _lastTicks, time.GetUtcNow().UtcTicks);
        }
    }

    internal void End(HotScanStatistics statistics)
    {
        if (Interlocked.Exchange(ref _activity, null) is not { } activity)
        {
            return;
        }

        activity.SetTag("db.response.returned_rows", statistics.Rows).SetTag("hot.scan.bytes", statistics.Bytes);
        if (Volatile.Read(ref _lastTicks) is > 0 and var last)
        {
            activity.SetEndTime(new DateTime(last, DateTimeKind.Utc));
        }

        // Stopping puts back what was current where it was started.
        var current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }
}
