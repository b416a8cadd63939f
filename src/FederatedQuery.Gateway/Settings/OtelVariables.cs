namespace FederatedQuery.Gateway.Settings;

/// <summary>
/// The standard variables of OpenTelemetry (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). Its SDK reads them from the environment of the process and judges
/// them itself; what other sources of settings say of them is put there before it starts.
/// </summary>
internal static class OtelVariables
{
    private static readonly string[] OfExporter = ["ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT", "COMPRESSION", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"];

    /// <summary>Those that may be given as settings are.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_EXPORTER", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_METRICS_EXPORTER", "OTEL_METRICS_EXEMPLAR_FILTER", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT",
        "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_EVENT_COUNT_LIMIT",
        "OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
        .. OfExporter.Select(name => "OTEL_EXPORTER_OTLP_" + name), .. OfExporter.Select(name => "OTEL_EXPORTER_OTLP_TRACES_" + name), .. OfExporter.Select(name => "OTEL_EXPORTER_OTLP_METRICS_" + name),
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    ];

    private static readonly HashSet<string> Known = new(All, StringComparer.Ordinal);

    /// <param name="name">In capitals.</param>
    public static bool IsKnown(string name) => Known.Contains(name);

    /// <summary>Those that some source gives, in the order of <see cref="All"/>.</summary>
    public static IEnumerable<(string Name, SettingValue Value)> Given(SettingValues values) =>
        from name in All
        let value = values.Find(name)
        where value is not null
        select (name, value);

    /// <summary>Has the process' environment say what the strongest source says. Before anything reads them.</summary>
    public static void Export(SettingValues values)
    {
        foreach (var (name, value) in Given(values).Where(given => given.Value.Origin != SettingsSources.EnvironmentOrigin))
        {
            Environment.SetEnvironmentVariable(name, value.Text);
        }
    }
}
