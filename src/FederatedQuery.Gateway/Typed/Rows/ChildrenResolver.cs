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

        return await Failures.TranslateAsync(async () =>
        {
            var arguments = PageArguments.Of(context, hasBackward: false);
            var reads = RequestReads.Of(context, types);
            var loader = context.GetOrAddDataLoader(
                context.Selection, (scheduler, options) => new ChildrenLoader(context, relation, reads, arguments, scheduler, options));
            return await loader.LoadAsync(key, context.RequestAborted);
        });
    }
}
