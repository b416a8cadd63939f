using System.Collections.Immutable;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs;

/// <summary>The table of log records: <c>logs</c>, tiered on its time column. Its rows have no unique key in PostgreSQL (an index that is kept on arrival costs ingest dearly): ids are made unique.</summary>
public static class LogTable
{
    public const string Name = "logs";

    public const string TimeColumn = "timestamp";

    public const string KeyColumn = "id";

    /// <summary>Rows of a cold file are sorted by it, then by time: what one resource wrote is found in few row groups.</summary>
    public const string SortColumn = "resource_id";

    public static readonly TableName HotName = new(TableName.DefaultSchema, Name);

    public static readonly TableIdentifier Identifier = new("default", Name);

    /// <summary>As the contract's <c>LogRecord</c> lists them.</summary>
    public static readonly Schema Schema = new(
        0,
        Field(1, KeyColumn, IcebergType.Uuid, "Unique, made when the record is taken in."),
        Field(2, TimeColumn, IcebergType.Timestamptz, "When it happened, as its sender says."),
        Field(3, "level", IcebergType.String, "DEBUG, INFO, WARN, ERROR, or whatever the sender calls it."),
        Field(4, "message", IcebergType.String, "The text."),
        Optional(5, "resource_id", "What it is about: a host, a container, a service."),
        Optional(6, "trace_id", "The trace it belongs to."),
        Optional(7, "span_id", "The span within the trace."),
        Optional(8, "commit", "The version of the software that wrote it."),
        Optional(9, "parent_resource_id", "What the resource belongs to."),
        Optional(10, "user_id", "On whose behalf."),
        Optional(11, "workflow_name", "The workflow it was written in."),
        Optional(12, "workflow_node", "The step of the workflow."),
        Optional(13, "metadata", "Anything else, as a JSON object."));

    /// <summary>The names of the columns, in the order of <see cref="Schema"/>.</summary>
    public static readonly ImmutableArray<string> Columns = [.. Schema.Fields.Select(field => field.Name)];

    /// <summary>Of <see cref="Schema"/>: text that is <c>jsonb</c> in PostgreSQL.</summary>
    public static readonly ImmutableHashSet<int> JsonFieldIds = [13];

    private static NestedField Field(int id, string name, IcebergType type, string doc) => NestedField.RequiredField(id, name, type) with { Doc = doc };

    private static NestedField Optional(int id, string name, string doc) => NestedField.OptionalField(id, name, IcebergType.String) with { Doc = doc };
}
