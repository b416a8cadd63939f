using System.Collections.Immutable;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Logs;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>The columns of log records behind the fields of <see cref="LogRecord"/>.</summary>
internal static class LogColumns
{
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
            .Select(field => LogFields.ColumnOf(field.Definition.Name)).OfType<string>().Distinct(),
    ];
}
