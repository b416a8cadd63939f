using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Pages of the rows that refer to a row.</summary>
internal static class ChildrenResolver
{
    public static async ValueTask<object?> ResolveAsync(IResolverContext context, TypedRelation relation, TypeTables types)
    {
        var child = relation.Target;
        if (RowKey.Of(context.Parent<RowNode>(), relation.Fields, relation.TargetFields.Select(id => child.ColumnOf(id).Field.Type)) is not { } key)
        {
            return RowConnection.Of(null, 0);
        }

        // The loader is asked for before anything else is awaited here: what was begun before an operation's first loader goes on outside of its work, and would come late to the next batch.
        var arguments = await Failures.TranslateAsync(() => Task.FromResult(PageArguments.Of(context, hasBackward: false)));
        var reads = RequestReads.Of(context, types);
        var loader = context.GetOrAddDataLoader(
            context.Selection, (scheduler, options) => new ChildrenLoader(context, relation, reads, arguments, scheduler, options));
        return await Failures.TranslateAsync(() => loader.LoadAsync(key, context.RequestAborted));
    }
}
