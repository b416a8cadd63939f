using System.Text;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>Which attributes are a column's value; they stay metadata besides. An attribute of the record counts before one of its resource, and among several the first of the column's line here.</summary>
internal static class OtlpNames
{
    /// <summary>SDKs that were not told a name say <c>unknown_service:node</c>.</summary>
    private static readonly byte[] UnknownService = "unknown_service"u8.ToArray();

    private static readonly byte[] ServiceName = "service.name"u8.ToArray();

    private static readonly (byte[] Name, LogField Field, int Rank)[] Names =
    [
        .. Make(LogField.ResourceId, "resource_id", "resourceId", "service.name", "k8s.pod.name", "container.name", "container.id", "host.name", "host.id", "faas.name"),
        .. Make(LogField.ParentResourceId, "parent_resource_id", "parentResourceId", "service.namespace", "k8s.deployment.name", "k8s.namespace.name", "k8s.cluster.name"),
        .. Make(LogField.Commit, "commit", "vcs.ref.head.revision", "service.version"),
        .. Make(LogField.UserId, "user_id", "userId", "user.id", "enduser.id"),
        .. Make(LogField.WorkflowName, "workflow_name", "workflowName", "workflow.name"),
        .. Make(LogField.WorkflowNode, "workflow_node", "workflowNode", "workflow.node"),
    ];

    /// <returns>False when the attribute is no column's.</returns>
    public static bool TryFind(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, out LogField field, out int rank)
    {
        foreach (var known in Names)
        {
            if (name.SequenceEqual(known.Name))
            {
                (field, rank) = (known.Field, known.Rank);
                if (field == LogField.ResourceId && name.SequenceEqual(ServiceName) && text.StartsWith(UnknownService))
                {
                    rank = Names.Length;
                }

                return true;
            }
        }

        (field, rank) = (default, 0);
        return false;
    }

    private static IEnumerable<(byte[] Name, LogField Field, int Rank)> Make(LogField field, params string[] names) =>
        names.Select((name, index) => (Encoding.ASCII.GetBytes(name), field, index));
}
