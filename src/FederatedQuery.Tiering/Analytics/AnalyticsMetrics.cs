using System.Diagnostics.Metrics;

namespace FederatedQuery.Tiering.Analytics;

/// <summary>The instruments of the second catalog, of the meter <see cref="MeterName"/>; docs/telemetry.md lists them.</summary>
public sealed class AnalyticsMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Tiering.Analytics";

    private readonly Meter _meter;
    private readonly Counter<long> _registrations;
    private long _behind;

    public AnalyticsMetrics(IMeterFactory? meters = null)
    {
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _registrations = _meter.CreateCounter<long>("tiering.analytics.registrations", "{registration}", "Tables that this process registered in the second catalog, or failed to.");
        _meter.CreateObservableGauge("tiering.analytics.failing", () => Interlocked.Read(ref _behind), "{table}", "Tables that could not be registered when it was last tried, as this process knows.");
    }

    /// <summary>Tables whose last attempt failed.</summary>
    public long Behind
    {
        get => Interlocked.Read(ref _behind);
        set => Interlocked.Exchange(ref _behind, value);
    }

    public void Dispose() => _meter.Dispose();

    internal void Registered(bool succeeded) => _registrations.Add(1, new KeyValuePair<string, object?>("tiering.analytics.result", succeeded ? "done" : "failed"));
}
