using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>The row that a row's foreign key refers to; for all rows of a level by one read.</summary>
internal static class ParentResolver
{
    public static async ValueTask<object?> ResolveAsync(IResolverContext context, TypedRelation relation, TypeTables types)
    {
        var target = relation.Target;
        var key = RowKey.Of(context.Parent<RowNode>(), relation.Fields, relation.TargetFields.Select(id => target.ColumnOf(id).Field.Type));
        if (key is not { } wanted)
        {
            return null;
        }

        // Relations to the same columns share a loader, and with it what they have loaded.
        var reads = RequestReads.Of(context, types);
        var loader = context.BatchDataLoader<RowKey, RowNode>(
            (keys, cancellationToken) => LoadAsync(context, reads, relation, keys, cancellationToken), $"{target.TypeName} by {string.Join(',', relation.TargetFields)}, {reads.Number}");
        return await Failures.TranslateAsync(() => loader.LoadAsync(wanted, context.RequestAborted));
    }

    private static async Task<IReadOnlyDictionary<RowKey, RowNode>> LoadAsync(
        IResolverContext context, OperationReads reads, TypedRelation relation, IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        var target = relation.Target;
        IReadOnlyList<int> columns = [.. reads.Tables.ColumnsOf(target).Union(relation.TargetFields)];
        var found = await reads.ByKeyAsync(target, columns, relation.TargetFields, keys, cancellationToken);
        context.Services.GetRequiredService<RequestAnswers>().Add(found.Page, context);
        var types = relation.TargetFields.Select(id => target.ColumnOf(id).Field.Type).ToList();
        return found.Rows.ToDictionary(row => RowKey.Of(row, relation.TargetFields, types)!.Value);
    }
}
