using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Makes meters under names that nobody listens to. For a server that is there for a moment beside the real one: instruments of one name are one metric to OpenTelemetry's SDK, and the metric
/// ends with the first of them.
/// </summary>
internal sealed class SilentMeters : IMeterFactory
{
    private readonly ConcurrentBag<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter("silent " + options.Name);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (var meter in _meters)
        {
            meter.Dispose();
        }
    }
}
