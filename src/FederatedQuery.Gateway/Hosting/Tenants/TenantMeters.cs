using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>Makes the meters of a tenant's host, with the tenant as a tag of each, so that exporters keep those of several tenants apart.</summary>
internal sealed class TenantMeters(string tenant) : IMeterFactory
{
    public const string Tag = "tenant";

    private readonly ConcurrentDictionary<(string Name, string? Version), Lazy<Meter>> _meters = new();

    public Meter Create(MeterOptions options) => _meters.GetOrAdd(
        (options.Name, options.Version),
        _ => new Lazy<Meter>(() => new Meter(new MeterOptions(options.Name)
        {
            Version = options.Version,
            Tags = [.. options.Tags ?? [], new(Tag, tenant)],
            Scope = this,
            TelemetrySchemaUrl = options.TelemetrySchemaUrl,
        }))).Value;

    public void Dispose()
    {
        foreach (var meter in _meters.Values.Where(meter => meter.IsValueCreated))
        {
            meter.Value.Dispose();
        }
    }
}
