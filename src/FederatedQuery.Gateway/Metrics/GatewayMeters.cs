using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Gateway.IcebergRest;
using FederatedQuery.GraphQL.Execution.Diagnostics.Telemetry;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Tail;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Tiering.Analytics;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Gateway.Metrics;

/// <summary>Where the gateway's figures and spans come from; docs/telemetry.md lists what each gives.</summary>
internal static class GatewayMeters
{
    public static readonly string[] Meters =
    [
        TelemetryNames.Source, ReadTelemetry.SourceName, DataFileCacheMetrics.MeterName, DuckDbMetrics.MeterName, MaterializationMetrics.MeterName, IcebergRestMetrics.MeterName,
        VerificationMetrics.MeterName, AnalyticsMetrics.MeterName, MaintenanceMetrics.MeterName, JobMetrics.MeterName, LogIngestMetrics.MeterName, LogTailMetrics.MeterName,
        // Connections of the pools.
        PrometheusText.PoolMeter,
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime",
    ];

    public static readonly string[] Sources =
    [
        TelemetryNames.Source, ReadTelemetry.SourceName, HotScanTrace.SourceName, ColdScanTrace.SourceName, S3Trace.SourceName, JobMetrics.MeterName, "Microsoft.AspNetCore",
    ];
}
