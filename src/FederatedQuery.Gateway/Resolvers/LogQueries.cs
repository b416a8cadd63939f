using System.Collections.Immutable;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Logs;
using FederatedQuery.Logs.Search;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Searches log records.</summary>
[QueryType]
internal sealed class LogQueries(LogReader logs, RequestAnswers answers)
{
    [Authorize(RoleNames.Reader), ListSize(SlicingArguments = ["first", "last"], SizedFields = ["nodes", "edges"], AssumedSize = PageArguments.DefaultSize, RequireOneSlicingArgument = false)]
    public Task<LogConnection> LogsAsync(
        LogFilterInput? where, IReadOnlyList<LogSortInput>? order, int? first, string? after, int? last, string? before, IResolverContext context,
        CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        var page = PageArguments.Of(first, after, last, before);
        var query = new LogQuery { Filter = where?.ToExpression() ?? Expression.True, Columns = LogColumns.SelectedOf(context), Caller = context.Caller() };
        var request = page.Count == 0 ? null : new PageRequest { Count = page.Count, After = page.After, Before = page.Before, IsBackward = page.IsBackward };
        using var found = await logs.ReadAsync(OrderOf(order) is { IsEmpty: false } given ? query with { Order = given } : query, request, context.IsSelected("totalCount"), cancellationToken);
        if (found.Rows is not null)
        {
            answers.Add(found.Rows, context);
        }

        if (found.Count is not null)
        {
            answers.Add(found.Count, context);
        }

        return LogConnection.Of(found);
    });

    private static ImmutableArray<(string, bool)> OrderOf(IReadOnlyList<LogSortInput>? order) =>
    [
        // Both columns are called as their fields are.
        .. RowOrders.Of(order?.Select(term => (object?)new Dictionary<string, object?> { [LogTable.TimeColumn] = term.Timestamp, ["level"] = term.Level }).ToArray()),
    ];
}
