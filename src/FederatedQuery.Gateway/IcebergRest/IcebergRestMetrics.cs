using System.Diagnostics.Metrics;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>The instruments of the served catalog.</summary>
internal sealed class IcebergRestMetrics
{
    public const string MeterName = "FederatedQuery.IcebergRest";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _reports;

    public IcebergRestMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _requests = meter.CreateCounter<long>("iceberg.rest.requests", "{request}", "Requests of the Iceberg REST catalog, by operation and status.");
        _reports = meter.CreateCounter<long>("iceberg.rest.metrics_reports", "{report}", "Reports that clients sent of their scans and commits.");
    }

    /// <param name="operation">The API's operationId; null for what is none.</param>
    public void Answered(string? operation, int status)
    {
        if (_requests.Enabled)
        {
            _requests.Add(1, new("iceberg.rest.operation", operation ?? "unknown"), new("http.response.status_code", status));
        }
    }

    public void Reported(string type) => _reports.Add(1, new KeyValuePair<string, object?>("iceberg.rest.report_type", type));
}
