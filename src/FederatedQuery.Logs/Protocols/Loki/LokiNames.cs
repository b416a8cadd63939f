using System.Text;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols.Loki;

/// <summary>Which labels and structured metadata are a column's value; they stay metadata besides. Structured metadata counts before labels, and among several the first of the column's line here.</summary>
internal static class LokiNames
{
    private static readonly (byte[] Name, LogField Field, int Rank)[] Names =
    [
        .. Make(LogField.Level, "level", "detected_level", "severity", "severity_text"),
        .. Make(LogField.ResourceId, "resource_id", "service_name", "service", "app", "container", "pod", "host", "hostname", "instance", "job"),
        .. Make(LogField.ParentResourceId, "parent_resource_id", "namespace", "cluster"),
        .. Make(LogField.TraceId, "trace_id", "traceID", "traceId"),
        .. Make(LogField.SpanId, "span_id", "spanID", "spanId"),
        .. Make(LogField.Commit, "commit", "service_version"),
        .. Make(LogField.UserId, "user_id"),
        .. Make(LogField.WorkflowName, "workflow_name"),
        .. Make(LogField.WorkflowNode, "workflow_node"),
    ];

    /// <returns>False when the name is no column's.</returns>
    public static bool TryFind(ReadOnlySpan<byte> name, out LogField field, out int rank)
    {
        foreach (var known in Names)
        {
            if (name.SequenceEqual(known.Name))
            {
                (field, rank) = (known.Field, known.Rank);
                return true;
            }
        }

        (field, rank) = (default, 0);
        return false;
    }

    private static IEnumerable<(byte[] Name, LogField Field, int Rank)> Make(LogField field, params string[] names) =>
        names.Select((name, index) => (Encoding.ASCII.GetBytes(name), field, index));
}
