using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>What a client measured of a scan or a commit. Only what tells reports apart is kept as members; the whole is checked.</summary>
public sealed record ReportMetricsRequest : IRestMessage<ReportMetricsRequest>
{
    public const string ScanReport = "scan-report";
    public const string CommitReport = "commit-report";

    private const string Where = "the report";

    /// <summary><see cref="ScanReport"/> or <see cref="CommitReport"/>.</summary>
    public required string ReportType { get; init; }

    public required string TableName { get; init; }

    public required long SnapshotId { get; init; }

    /// <summary>All of it, as it came.</summary>
    public required JsonElement Json { get; init; }

    public static ReportMetricsRequest Read(JsonElement json)
    {
        var type = json.RequiredString("report-type", Where);
        switch (type)
        {
            case ScanReport:
                json.Required("filter", Where);
                json.RequiredInt("schema-id", Where);
                _ = json.RequiredArray("projected-field-ids", Where).Select(id => id.AsInt("projected-field-ids", Where)).Count();
                _ = json.RequiredArray("projected-field-names", Where).Select(name => name.AsString("projected-field-names", Where)).Count();
                break;
            case CommitReport:
                json.RequiredLong("sequence-number", Where);
                json.RequiredString("operation", Where);
                break;
            default:
                throw IcebergException.InvalidMetadata($"The report's 'report-type' is '{type}'; {ScanReport} or {CommitReport} is expected.");
        }

        foreach (var metric in json.Required("metrics", Where).Members("metrics", Where))
        {
            CheckMetric(metric.Name, metric.Value);
        }

        json.OptionalStringMap("metadata", Where);
        return new ReportMetricsRequest
        {
            ReportType = type,
            TableName = json.RequiredString("table-name", Where),
            SnapshotId = json.RequiredSnapshotId("snapshot-id", Where),
            Json = json.Clone(),
        };
    }

    public void Write(Utf8JsonWriter writer) => Json.WriteTo(writer);

    /// <summary>A counter or a timer.</summary>
    private static void CheckMetric(string name, JsonElement metric)
    {
        var where = $"metric '{name}'";
        if (metric.Optional("unit") is not null)
        {
            metric.RequiredString("unit", where);
            metric.RequiredLong("value", where);
        }
        else
        {
            metric.RequiredString("time-unit", where);
            metric.RequiredLong("count", where);
            metric.RequiredLong("total-duration", where);
        }
    }
}
