using System.Diagnostics.Metrics;

namespace FederatedQuery.Logs.Tail;

/// <summary>Figures of the live tail.</summary>
public sealed class LogTailMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Logs.Tail";

    private readonly Meter _meter;
    private int _subscribers;

    /// <param name="factory">Null: a meter of its own.</param>
    public LogTailMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _meter.CreateObservableUpDownCounter("logs.tail.subscribers", () => Subscribers, "{subscriber}", "Subscribers of the live tail.");
        Records = _meter.CreateCounter<long>("logs.tail.records", "{record}", "Stored log records that were read to be passed on.");
        Missed = _meter.CreateCounter<long>("logs.tail.missed", "{record}", "Matching records that were dropped for subscribers that read too slowly.");
        CatchUps = _meter.CreateCounter<long>("logs.tail.catch_ups", "{reading}", "Readings of stored records for one subscriber: what it asked for from before, and what it could not be passed on.");
        Interruptions = _meter.CreateCounter<long>("logs.tail.interruptions", "{interruption}", "Failures to follow what is stored.");
    }

    internal int Subscribers => Volatile.Read(ref _subscribers);

    internal Counter<long> Records { get; }

    internal Counter<long> Missed { get; }

    internal Counter<long> CatchUps { get; }

    internal Counter<long> Interruptions { get; }

    /// <returns>False: there are as many as there may be.</returns>
    internal bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _subscribers) <= most)
        {
            return true;
        }

        Leave();
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref _subscribers);

    public void Dispose() => _meter.Dispose();
}
