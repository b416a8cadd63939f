using System.Diagnostics.Metrics;

namespace FederatedQuery.Logs.Ingest;

/// <summary>What ingest counts, for telemetry and for its status. Thread-safe.</summary>
public sealed class LogIngestMetrics
{
    public const string MeterName = "FederatedQuery.Logs.Ingest";

    /// <summary>From a flush of a fast disk to a batch for a database that is busy.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly Counter<long> _acceptedCounter;
    private readonly Counter<long> _rejectedCounter;
    private readonly Counter<long> _refusedCounter;
    private readonly Counter<long> _storedCounter;
    private readonly Counter<long> _lostCounter;
    private readonly Histogram<double> _flush;
    private readonly Histogram<double> _batch;
    private readonly StoredRate _rate;
    private long _stored;
    private long _rejected;

    public LogIngestMetrics(IMeterFactory? meters, TimeProvider time)
    {
        _rate = new StoredRate(time);
        var meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _acceptedCounter = meter.CreateCounter<long>("federated_query.logs.accepted", "{record}", "Log records that were written to disk and acknowledged.");
        _rejectedCounter = meter.CreateCounter<long>("federated_query.logs.rejected", "{record}", "Log records that were rejected, by their senders' or PostgreSQL's fault.");
        _refusedCounter = meter.CreateCounter<long>("federated_query.logs.refused", "{append}", "Requests that found the queue full, by what was: memory, queue, disk.");
        _storedCounter = meter.CreateCounter<long>("federated_query.logs.stored", "{record}", "Log records that were stored in PostgreSQL.");
        _lostCounter = meter.CreateCounter<long>("federated_query.logs.lost", "{record}", "Acknowledged log records that a damaged disk has lost.");
        _flush = meter.CreateHistogram("federated_query.logs.flush.duration", "s", "Time of a flush of the write-ahead log.", tags: null, Seconds);
        _batch = meter.CreateHistogram("federated_query.logs.batch.duration", "s", "Time to store a batch in PostgreSQL.", tags: null, Seconds);
        meter.CreateObservableGauge("federated_query.logs.queue.records", () => Queue?.Invoke().Records ?? 0, "{record}", "Log records that are on disk and not yet stored.");
        meter.CreateObservableGauge("federated_query.logs.queue.bytes", () => Queue?.Invoke().Bytes ?? 0, "By", "Bytes of log records that are not yet stored.");
    }

    /// <summary>Records stored in PostgreSQL by this process.</summary>
    public long StoredRecords => Volatile.Read(ref _stored);

    /// <summary>Records rejected by this process.</summary>
    public long RejectedRecords => Volatile.Read(ref _rejected);

    /// <summary>Records stored per second, of the last ten seconds.</summary>
    public double StoredPerSecond => _rate.PerSecond;

    /// <summary>What is queued.</summary>
    internal Func<(long Records, long Bytes)>? Queue { get; set; }

    internal void Rejected(long records)
    {
        Interlocked.Add(ref _rejected, records);
        _rejectedCounter.Add(records);
    }

    internal void Refused(string what) => _refusedCounter.Add(1, new KeyValuePair<string, object?>("full", what));

    internal void Flushed(TimeSpan time, long records)
    {
        _acceptedCounter.Add(records);
        _flush.Record(time.TotalSeconds);
    }

    internal void Stored(TimeSpan time, long records, long bytes)
    {
        Interlocked.Add(ref _stored, records);
        _storedCounter.Add(records);
        _batch.Record(time.TotalSeconds);
        _rate.Add(records, bytes);
    }

    internal void Lost(long records) => _lostCounter.Add(records);

    /// <summary>How long it may take to store as many bytes; whole seconds, at least one.</summary>
    internal TimeSpan TimeToStore(long bytes)
    {
        var seconds = _rate.BytesPerSecond is var rate and > 0 ? Math.Ceiling(bytes / rate) : LongestRetry.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, LongestRetry.TotalSeconds));
    }
}
