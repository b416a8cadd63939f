using System.Diagnostics.Metrics;
using FederatedQuery.Gateway.Settings;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace FederatedQuery.Gateway.Metrics;

/// <summary>The figures since the start of the process, collected each time that they are asked for; of one of several tenants, those of its own meters. Thread-safe.</summary>
internal sealed class PrometheusMetrics(GatewaySettings settings, IMeterFactory meters) : IHostedService, IDisposable
{
    /// <summary>Collecting asks every observable instrument, some of which look things up.</summary>
    private const int PatienceMilliseconds = 10_000;

    private readonly Lock _lock = new();
    private readonly TextExporter _exporter = new(settings.PoolName);
    private BaseExportingMetricReader? _reader;
    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(GatewayMeters.Meters).AddReader(_reader);
        if (settings.IsOneOfTenants)
        {
            // Names of meters are the same for all; the process' own figures are about all tenants at once.
            builder.AddView(instrument => ReferenceEquals(instrument.Meter.Scope, meters) || instrument.Meter.Name == PrometheusText.PoolMeter ? null : MetricStreamConfiguration.Drop);
        }

        _provider = builder.Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for its turn: the text of one collection.</summary>
    /// <exception cref="TimeoutException">Some instrument did not answer.</exception>
    public string Collect()
    {
        lock (_lock)
        {
            // The reader put it there; its own Collect is for exporters that push.
            return _exporter.Collect!(PatienceMilliseconds)
                ? _exporter.Take()
                : throw new TimeoutException($"The figures were not collected within {PatienceMilliseconds} ms.");
        }
    }

    public void Dispose()
    {
        _provider?.Dispose();
        _reader?.Dispose();
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class TextExporter(string pools) : BaseExporter<Metric>, IPullMetricExporter
    {
        private string _text = "";

        public Func<int, bool>? Collect { get; set; }

        public string Take() => _text;

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var text = new PrometheusText(pools);
            foreach (var metric in batch)
            {
                text.Write(metric);
            }

            _text = text.ToString();
            return ExportResult.Success;
        }
    }
}
