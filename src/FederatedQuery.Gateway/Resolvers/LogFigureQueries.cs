using System.ComponentModel;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Logs.Search;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Counts log records.</summary>
[QueryType]
internal sealed class LogFigureQueries(LogFigures figures, RequestAnswers answers)
{
    [Authorize(RoleNames.Reader), ListSize(AssumedSize = 100), GraphQLDescription("Counts per interval, split by level.")]
    public Task<IReadOnlyList<LogHistogramBucket>> LogHistogramAsync(
        LogFilterInput? where, TimeSpan? interval, IResolverContext context, CancellationToken cancellationToken) =>
        Failures.TranslateAsync<IReadOnlyList<LogHistogramBucket>>(async () =>
        {
            var histogram = await figures.HistogramAsync(where?.ToExpression() ?? Expression.True, interval, context.Caller(), cancellationToken);
            answers.Add(histogram.Report, histogram.Buckets.Length, context);
            return [.. histogram.Buckets.Select(bucket => new LogHistogramBucket(
                bucket.From, bucket.To, bucket.Count, [.. bucket.Levels.Select(level => new LogLevelCount(level.Level, level.Count))]))];
        });

    [Authorize(RoleNames.Reader), ListSize(SlicingArguments = ["first"], AssumedSize = 20, RequireOneSlicingArgument = false), GraphQLDescription("The commonest values of a field.")]
    public Task<IReadOnlyList<LogFieldValue>> LogFieldValuesAsync(
        LogValueField field, LogFilterInput? where, [DefaultValue(20)] int? first, IResolverContext context, CancellationToken cancellationToken) =>
        Failures.TranslateAsync<IReadOnlyList<LogFieldValue>>(async () =>
        {
            var found = await figures.ValuesAsync(LogColumns.Of(field), where?.ToExpression() ?? Expression.True, first ?? 20, context.Caller(), cancellationToken);
            if (found.Report is { } report)
            {
                answers.Add(report, found.Values.Length, context);
            }

            return [.. found.Values.Select(value => new LogFieldValue(value.Value, value.Count))];
        });
}

internal sealed record LogHistogramBucket(DateTimeOffset From, DateTimeOffset To, long Count, IReadOnlyList<LogLevelCount> Levels);

internal sealed record LogLevelCount(string Level, long Count);

internal sealed record LogFieldValue(string? Value, long Count);

[EnumType("LogField")]
internal enum LogValueField
{
    Level,
    ResourceId,
    TraceId,
    Commit,
    ParentResourceId,
    UserId,
    WorkflowName,
    WorkflowNode,
}
