using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>A record. What the request does not select need not have been read.</summary>
internal sealed record LogRecord
{
    public Guid Id { get; init; }

    public DateTimeOffset Timestamp { get; init; }

    public string Level { get; init; } = "";

    public string Message { get; init; } = "";

    public string? ResourceId { get; init; }

    public string? TraceId { get; init; }

    public string? SpanId { get; init; }

    public string? Commit { get; init; }

    public string? ParentResourceId { get; init; }

    public string? UserId { get; init; }

    public string? WorkflowName { get; init; }

    public string? WorkflowNode { get; init; }

    [GraphQLType("JSON")]
    public RawJson? Metadata { get; init; }

    /// <param name="valueOf">The value of a column by its name in the table; null where it is null or was not read.</param>
    /// <param name="metadata">The JSON of that column.</param>
    public static LogRecord Of(Func<string, Literal?> valueOf, RawJson? metadata) => new()
    {
        Id = valueOf("id")?.AsUuid ?? Guid.Empty,
        Timestamp = valueOf("timestamp") is { } moment ? EpochTime.InstantOf(moment.AsLong) : default,
        Level = valueOf("level")?.AsString ?? "",
        Message = valueOf("message")?.AsString ?? "",
        ResourceId = valueOf("resource_id")?.AsString,
        TraceId = valueOf("trace_id")?.AsString,
        SpanId = valueOf("span_id")?.AsString,
        Commit = valueOf("commit")?.AsString,
        ParentResourceId = valueOf("parent_resource_id")?.AsString,
        UserId = valueOf("user_id")?.AsString,
        WorkflowName = valueOf("workflow_name")?.AsString,
        WorkflowNode = valueOf("workflow_node")?.AsString,
        Metadata = metadata,
    };
}

/// <summary>A record and where it is, to go on from.</summary>
internal sealed record LogEdge(string Cursor, LogRecord Node);
