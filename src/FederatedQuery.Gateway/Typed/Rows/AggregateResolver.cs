using FederatedQuery.Federation;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Figures of a table's rows.</summary>
internal static class AggregateResolver
{
    /// <summary>Groups of one answer.</summary>
    private const int MaximumGroups = 10_000;

    public static async ValueTask<object?> ResolveAsync(IResolverContext context, TypedTable table, TypeTables types) => await Failures.TranslateAsync(async () =>
    {
        var first = context.ArgumentValue<int?>("first");
        if (first is < 0 or > MaximumGroups)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`first` is {first}; it must be 0 to {MaximumGroups}.");
        }

        if (first == 0)
        {
            return (IReadOnlyList<AggregateGroup>)[];
        }

        var reads = RequestReads.Of(context, types);
        var asked = AskedAggregates.Of(
            table,
            context.Field.FindArgument("groupBy") is null ? null : context.ArgumentValue<object?[]?>("groupBy"),
            context.ArgumentValue<object?[]?>("order"),
            context.Selection.Fields);
        var filter = await new RowFilter(new RelationFilters(reads, context.RequestAborted))
            .CompileAsync(table, context.ArgumentValue<IReadOnlyDictionary<string, object?>?>("where"));
        var groups = await reads.AggregateAsync(table, filter, asked, first ?? MaximumGroups + 1, context.RequestAborted);
        context.Services.GetRequiredService<RequestAnswers>().Add(groups.Reading, groups.Count, context);
        if (groups.Count > (first ?? MaximumGroups))
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"`{context.Field.Name}` has more than {MaximumGroups} groups; give `first` for those that come first, or group by less.");
        }

        return [.. Enumerable.Range(0, groups.Count).Select(row => new AggregateGroup(groups, row, asked))];
    });
}
