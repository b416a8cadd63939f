using System.Collections.Immutable;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The columns of log records behind the fields of <see cref="LogRecord"/>.</summary>
internal static class LogColumns
{
    private static readonly ImmutableDictionary<string, string> ColumnsByField = new Dictionary<string, string>
    {
        ["id"] = "id",
        ["timestamp"] = "timestamp",
        ["level"] = "level",
        ["message"] = "message",
        ["resourceId"] = "resource_id",
        ["traceId"] = "trace_id",
        ["spanId"] = "span_id",
        ["commit"] = "commit",
        ["parentResourceId"] = "parent_resource_id",
        ["userId"] = "user_id",
        ["workflowName"] = "workflow_name",
        ["workflowNode"] = "workflow_node",
        ["metadata"] = "metadata",
    }.ToImmutableDictionary();

    public static string Of(LogValueField field) => field switch
    {
        LogValueField.Level => "level",
        LogValueField.ResourceId => "resource_id",
        LogValueField.TraceId => "trace_id",
        LogValueField.Commit => "commit",
        LogValueField.ParentResourceId => "parent_resource_id",
        LogValueField.UserId => "user_id",
        LogValueField.WorkflowName => "workflow_name",
        _ => "workflow_node",
    };

    /// <summary>What the request selects of the records of a connection.</summary>
    public static ImmutableArray<string> SelectedOf(IResolverContext connection) =>
    [
        .. connection.Selection.Fields
            .SelectMany(field => field.Definition.Name switch
            {
                "nodes" => field.Fields,
                "edges" => field.Fields.Where(edge => edge.Definition.Name == "node").SelectMany(node => node.Fields),
                _ => [],
            })
            .Select(field => ColumnsByField.GetValueOrDefault(field.Definition.Name)).OfType<string>().Distinct(),
    ];
}
