using System.Buffers.Text;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>
/// Pages of the rows that refer to parents: one place of an operation has one, and its arguments are the same for all parents. Pages and counts of all parents are one read each.
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
        var query = await asked.QueryAsync(cancellationToken);
        ParentPages? pages = null;
        if (asked.ReadsRows && arguments.Count > 0)
        {
            pages = await reads.PerParentAsync(query, relation.Target, relation.TargetFields, keys, _page, cancellationToken);
            _answers.Add(pages.Reading, keys.Sum(key => (long)pages.Of(key.Values).RowCount), context);
        }

        var totals = asked.CountsAll ? await CountAsync(query, keys, cancellationToken) : [];
        return keys.ToDictionary(
            key => key, key => RowConnection.Of(pages is null ? null : asked.Over(pages.Of(key.Values)), totals.GetValueOrDefault(key)));
    }

    private async Task<Dictionary<RowKey, long>> CountAsync(RowQuery query, IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        var counts = await reads.CountPerParentAsync(query, relation.Target, relation.TargetFields, keys, cancellationToken);
        _answers.Add(counts.Reading, counts.Count, context);
        var totals = new Dictionary<RowKey, long>();
        for (var row = 0; row < counts.Count; row++)
        {
            totals.Add(
                new RowKey([.. relation.TargetFields.Select((_, key) => counts.KeyValue(row, key)!.Value)]),
                Utf8Parser.TryParse(counts.Figure(row, 0).Span, out long count, out _) ? count : 0);
        }

        return totals;
    }
}
