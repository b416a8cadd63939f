using System.Diagnostics.Metrics;

namespace FederatedQuery.Federation.Materialized;

/// <summary>The instruments of stored results, of the meter <see cref="MeterName"/>; docs/telemetry.md lists them.</summary>
public sealed class MaterializationMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Federation";

    private readonly Meter _meter;
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _stored;
    private readonly Counter<long> _written;
    private readonly Counter<long> _evictions;
    private volatile Func<int> _waiting = static () => 0;
    private long _count;
    private long _bytes;

    public MaterializationMetrics(IMeterFactory? meters = null)
    {
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _lookups = _meter.CreateCounter<long>("materialization.lookups", "{statement}", "Statements that a stored result was looked for, by what was found.");
        _stored = _meter.CreateCounter<long>("materialization.results", "{result}", "Results that were to be stored, by whether they were.");
        _written = _meter.CreateCounter<long>("materialization.written", "By", "Bytes of the files of results.");
        _evictions = _meter.CreateCounter<long>("materialization.evictions", "{result}", "Results that went to make room.");
        _meter.CreateObservableUpDownCounter("materialization.waiting", () => _waiting(), "{statement}", "Statements of this process that wait for an identical one.");
        _meter.CreateObservableUpDownCounter("materialization.size", () => Interlocked.Read(ref _bytes), "By", "Bytes of the results of all processes.");
        _meter.CreateObservableUpDownCounter("materialization.count", () => Interlocked.Read(ref _count), "{result}", "Results of all processes.");
    }

    public void Dispose() => _meter.Dispose();

    internal void Observe(Func<int> waiting) => _waiting = waiting;

    internal void Hit() => Looked("hit");

    /// <summary>Another run of the same statement gave the answer.</summary>
    internal void Shared() => Looked("shared");

    internal void Miss() => Looked("miss");

    /// <summary>There was a result, and its tables hold something else by now.</summary>
    internal void Invalid() => Looked("invalid");

    internal void Stored(long bytes, int evicted)
    {
        _stored.Add(1, new KeyValuePair<string, object?>("materialization.outcome", "stored"));
        _written.Add(bytes);
        if (evicted > 0)
        {
            _evictions.Add(evicted);
        }
    }

    internal void NotStored() => _stored.Add(1, new KeyValuePair<string, object?>("materialization.outcome", "not_stored"));

    internal void Measured(long count, long bytes)
    {
        Interlocked.Exchange(ref _count, count);
        Interlocked.Exchange(ref _bytes, bytes);
    }

    private void Looked(string result) => _lookups.Add(1, new KeyValuePair<string, object?>("materialization.lookup", result));
}
