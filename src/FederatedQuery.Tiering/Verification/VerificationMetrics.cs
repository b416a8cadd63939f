using System.Diagnostics.Metrics;

namespace FederatedQuery.Tiering.Verification;

/// <summary>The instruments of verification, of the meter <see cref="MeterName"/>; docs/telemetry.md lists them.</summary>
public sealed class VerificationMetrics : IDisposable
{
    public const string MeterName = "FederatedQuery.Tiering.Verification";

    private readonly Meter _meter;
    private readonly Counter<long> _days;
    private readonly Counter<long> _found;
    private long _open;

    public VerificationMetrics(IMeterFactory? meters = null)
    {
        // A factory owns its meters and gives the same one again.
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _days = _meter.CreateCounter<long>("tiering.verification.days", "{day}", "Days of tables that were verified by this process.");
        _found = _meter.CreateCounter<long>("tiering.verification.found", "{violation}", "Violations that this process saw, each time that it saw them.");
        _meter.CreateObservableGauge("tiering.verification.violations", () => Interlocked.Read(ref _open), "{violation}", "Open violations of all tables, as this process last knew.");
    }

    /// <summary>Open violations of all tables.</summary>
    public long Open
    {
        get => Interlocked.Read(ref _open);
        set => Interlocked.Exchange(ref _open, value);
    }

    public void Dispose() => _meter.Dispose();

    internal void Verified(int days, int violations)
    {
        _days.Add(days);
        if (violations > 0)
        {
            _found.Add(violations);
        }
    }
}
