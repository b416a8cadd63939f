using System.Diagnostics;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Pages of the rows that refer to parents: one place of an operation has one, and its arguments are the same for all parents.</summary>
internal sealed class ChildrenLoader(
    IResolverContext context, TypedRelation relation, OperationReads reads, PageArguments arguments, IBatchScheduler scheduler, DataLoaderOptions options)
    : BatchDataLoader<RowKey, RowConnection>(scheduler, options)
{
    private readonly IReadOnlyList<string> _columns = [.. relation.TargetFields.Select(id => relation.Target.ColumnOf(id).Field.Name)];

    public override string Name => $"{context.ParentType.Name}.{relation.Name}";

    protected override async Task<IReadOnlyDictionary<RowKey, RowConnection>> LoadBatchAsync(IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        var asked = await AskedRows.OfAsync(context, relation.Target, reads);
        var answers = context.Services.GetRequiredService<RequestAnswers>();
        var pages = new Dictionary<RowKey, RowConnection>();
        foreach (var key in keys)
        {
            var ofParent = ParentFilters.InAny(_columns, [key]);
            RowBatch? page = null;
            if (asked.ReadsRows && arguments.Count > 0)
            {
                page = await asked.PageAsync(ofParent, new PageRequest { Count = arguments.Count, After = arguments.After }, cancellationToken);
                answers.Add(page.Page, context);
            }

            var total = 0L;
            if (asked.CountsAll)
            {
                var started = Stopwatch.GetTimestamp();
                var count = await reads.CountAsync(await asked.QueryAsync(ofParent, cancellationToken), cancellationToken);
                answers.Add(count, Stopwatch.GetElapsedTime(started), context);
                total = count.Rows;
            }

            pages.Add(key, RowConnection.Of(page, total));
        }

        return pages;
    }
}
