using System.Buffers.Text;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>
/// Pages of the rows that refer to parents: one place of an operation has one, and its arguments are the same for all parents. Pages and counts of all parents are one read each;
/// where the foreign key has several columns, one for each parent.
/// </summary>
internal sealed class ChildrenLoader(
    IResolverContext context, TypedRelation relation, OperationReads reads, PageArguments arguments, IBatchScheduler scheduler, DataLoaderOptions options)
    : BatchDataLoader<RowKey, RowConnection>(scheduler, options)
{
    private readonly RequestAnswers _answers = context.Services.GetRequiredService<RequestAnswers>();
    private readonly PageRequest _page = new() { Count = arguments.Count, After = arguments.After };

    public override string Name => $"{context.ParentType.Name}.{relation.Name}";

    protected override async Task<IReadOnlyDictionary<RowKey, RowConnection>> LoadBatchAsync(IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        var asked = await AskedRows.OfAsync(context, relation.Target, reads);
        return relation.TargetFields is [var field]
            ? await LoadTogetherAsync(asked, field, keys, cancellationToken)
            : await LoadOneByOneAsync(asked, keys, cancellationToken);
    }

    private async Task<IReadOnlyDictionary<RowKey, RowConnection>> LoadTogetherAsync(AskedRows asked, int field, IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        var parents = keys.Select(key => key.Values[0]).ToList();
        var query = await asked.QueryAsync(Expression.True, cancellationToken);
        ParentPages? pages = null;
        if (asked.ReadsRows && arguments.Count > 0)
        {
            pages = await reads.PerParentAsync(query, relation.Target, field, parents, _page, cancellationToken);
            _answers.Add(pages.Reading, parents.Sum(parent => (long)pages.Of(parent).RowCount), context);
        }

        var totals = new Dictionary<RowKey, long>();
        if (asked.CountsAll)
        {
            var counts = await reads.CountPerParentAsync(query, relation.Target, field, parents, cancellationToken);
            _answers.Add(counts.Reading, counts.Count, context);
            for (var row = 0; row < counts.Count; row++)
            {
                totals.Add(new RowKey([counts.KeyValue(row, 0)!.Value]), Utf8Parser.TryParse(counts.Figure(row, 0).Span, out long count, out _) ? count : 0);
            }
        }

        return keys.ToDictionary(
            key => key, key => RowConnection.Of(pages is null ? null : asked.Over(pages.Of(key.Values[0])), totals.GetValueOrDefault(key)));
    }

    private async Task<IReadOnlyDictionary<RowKey, RowConnection>> LoadOneByOneAsync(AskedRows asked, IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        string[] columns = [.. relation.TargetFields.Select(id => relation.Target.ColumnOf(id).Field.Name)];
        var connections = new Dictionary<RowKey, RowConnection>();
        foreach (var key in keys)
        {
            var ofParent = ParentFilters.InAny(columns, [key]);
            TypedRows? page = null;
            if (asked.ReadsRows && arguments.Count > 0)
            {
                page = await asked.PageAsync(ofParent, _page, cancellationToken);
                _answers.Add(page.Page, context);
            }

            var total = 0L;
            if (asked.CountsAll)
            {
                var count = await reads.CountAsync(await asked.QueryAsync(ofParent, cancellationToken), cancellationToken);
                _answers.Add(count, context);
                total = count.Rows;
            }

            connections.Add(key, RowConnection.Of(page, total));
        }

        return connections;
    }
}
