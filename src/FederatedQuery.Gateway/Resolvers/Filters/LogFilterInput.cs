using FederatedQuery.Federation;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Logs;

namespace FederatedQuery.Gateway.Resolvers.Filters;

/// <summary>Which log records are wanted; all that is given must hold, and null is as if not given.</summary>
internal sealed record LogFilterInput
{
    public IReadOnlyList<LogFilterInput>? And { get; init; }

    public IReadOnlyList<LogFilterInput>? Or { get; init; }

    public DateTimeOperationFilterInput? Timestamp { get; init; }

    public StringOperationFilterInput? Level { get; init; }

    [GraphQLDescription("Full-text search: words are ANDed, \"quoted words\" are a phrase, -word excludes, word* is a prefix. The same rows in both tiers.")]
    public string? Search { get; init; }

    public StringOperationFilterInput? Message { get; init; }

    public StringOperationFilterInput? ResourceId { get; init; }

    public StringOperationFilterInput? TraceId { get; init; }

    public StringOperationFilterInput? SpanId { get; init; }

    public StringOperationFilterInput? Commit { get; init; }

    public StringOperationFilterInput? ParentResourceId { get; init; }

    public StringOperationFilterInput? UserId { get; init; }

    public StringOperationFilterInput? WorkflowName { get; init; }

    public StringOperationFilterInput? WorkflowNode { get; init; }

    public JsonPathFilterInput? Metadata { get; init; }

    /// <summary>As a predicate over the columns of <see cref="LogTable.Schema"/>.</summary>
    /// <param name="path">Where the filter is, for messages.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public Expression ToExpression(string path = "where") => Expression.And(
        And is null ? Expression.True : Expression.And(And.Select((part, i) => part.ToExpression($"{path}.and[{i}]"))),
        Or is null or [] ? Expression.True : Expression.Or(Or.Select((part, i) => part.ToExpression($"{path}.or[{i}]"))),
        Column(LogTable.TimeColumn, $"{path}.timestamp", Timestamp?.Operations()),
        Column("level", $"{path}.level", Level?.Operations()),
        SearchIn(Search, $"{path}.search"),
        Column("message", $"{path}.message", Message?.Operations()),
        Column("resource_id", $"{path}.resourceId", ResourceId?.Operations()),
        Column("trace_id", $"{path}.traceId", TraceId?.Operations()),
        Column("span_id", $"{path}.spanId", SpanId?.Operations()),
        Column("commit", $"{path}.commit", Commit?.Operations()),
        Column("parent_resource_id", $"{path}.parentResourceId", ParentResourceId?.Operations()),
        Column("user_id", $"{path}.userId", UserId?.Operations()),
        Column("workflow_name", $"{path}.workflowName", WorkflowName?.Operations()),
        Column("workflow_node", $"{path}.workflowNode", WorkflowNode?.Operations()),
        Column("metadata", $"{path}.metadata", Metadata?.Operations()));

    /// <summary>A search in the messages; one without a word selects every record.</summary>
    /// <param name="path">What the search was given as, for messages.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>.</exception>
    public static Expression SearchIn(string? search, string path)
    {
        try
        {
            return search is not null && TextSearch.Parse(search) is { IsEmpty: false } parsed ? Expression.Search("message", parsed) : Expression.True;
        }
        catch (IcebergException invalid)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`{path}`: {invalid.Message}", invalid);
        }
    }

    private static Expression Column(string name, string path, IReadOnlyDictionary<string, object?>? operations)
    {
        if (operations is null)
        {
            return Expression.True;
        }

        var field = LogTable.Schema.FindField(name)!;
        return ColumnFilter.Of(name, field.Type, LogTable.JsonFieldIds.Contains(field.Id), path, operations);
    }
}

/// <summary>An order of log records.</summary>
internal sealed record LogSortInput(SortEnumType? Timestamp, SortEnumType? Level);
