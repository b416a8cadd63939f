namespace FederatedQuery.Logs.Ingest;

/// <summary>The text fields of a log record, by their field ids in <see cref="LogTable.Schema"/>.</summary>
public enum LogField
{
    Level = 3,
    Message = 4,
    ResourceId = 5,
    TraceId = 6,
    SpanId = 7,
    Commit = 8,
    ParentResourceId = 9,
    UserId = 10,
    WorkflowName = 11,
    WorkflowNode = 12,
}
