using System.Diagnostics;

namespace FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;

/// <summary>What the instrumentation keeps of one request. Activities are null when nobody records spans.</summary>
internal sealed class RequestTelemetry
{
    public Activity? Request { get; init; }

    public long Started { get; } = Stopwatch.GetTimestamp();

    /// <summary>The last begun, for batches and fields, which may begin on any thread.</summary>
    public Activity? Execution { get; set; }

    public string? ErrorType { get; set; }
}
