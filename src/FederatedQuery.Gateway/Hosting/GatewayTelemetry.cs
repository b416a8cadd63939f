using FederatedQuery.Gateway.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>
/// Sends spans and metrics to an OpenTelemetry collector while the gateway runs. On when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (or the one for
/// traces or metrics) is in the environment; the SDK reads that and the other <c>OTEL_*</c> variables itself: service name, resource
/// attributes, sampler, protocol, headers, intervals.
/// </summary>
internal sealed class GatewayTelemetry : IHostedService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";

    /// <summary>What the last spans and figures may take to be sent when the gateway stops.</summary>
    private const int ShutdownMilliseconds = 5000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>If the environment asks for it, has requests traced, with their tenant where there are several.</summary>
    public static void AddTo(IServiceCollection services, string? tenant)
    {
        if (IsAskedFor)
        {
            // ASP.NET Core fills in the conventions' attributes of its server spans only when told to.
            AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
            services.AddSingleton<IStartupFilter>(new ServerSpanFilter(tenant));
        }
    }

    /// <summary>If the environment asks for it, sends what the whole process has. Once for a process.</summary>
    public static void AddExportTo(IServiceCollection services)
    {
        if (IsAskedFor)
        {
            services.AddHostedService<GatewayTelemetry>();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOn("OTEL_TRACES_EXPORTER"))
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(AddServiceName)
                .AddSource(GatewayMeters.Sources)
                .AddOtlpExporter()
                .Build();
        }

        if (IsOn("OTEL_METRICS_EXPORTER"))
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(AddServiceName)
                .AddMeter(GatewayMeters.Meters)
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <summary>Hosted services stop after the server has answered its last request.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.Shutdown(ShutdownMilliseconds);
            _metrics?.Shutdown(ShutdownMilliseconds);
        },
        CancellationToken.None);

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static bool IsAskedFor =>
        !string.Equals(Read("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && new[] { Endpoint, TracesEndpoint, MetricsEndpoint }.Any(name => Read(name) is not null);

    private static bool IsOn(string exporter) => Read(exporter) is null or "otlp";

    private static void AddServiceName(OpenTelemetry.Resources.ResourceBuilder resource)
    {
        if (Read(ServiceName) is null && Read("OTEL_RESOURCE_ATTRIBUTES")?.Contains("service.name=", StringComparison.Ordinal) != true)
        {
            OpenTelemetry.Resources.ResourceBuilderExtensions.AddService(resource, "federated-query");
        }
    }

    /// <summary>Empty counts as unset, as the specification of these variables says.</summary>
    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
