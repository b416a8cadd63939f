using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Pages of all rows of a table.</summary>
internal static class PageResolver
{
    public static async ValueTask<object?> ResolveAsync(IResolverContext context, TypedTable table, TypeTables types) => await Failures.TranslateAsync(async () =>
    {
        var arguments = PageArguments.Of(context, hasBackward: true);
        var reads = RequestReads.Of(context, types);
        var asked = await AskedRows.OfAsync(context, table, reads);
        var answers = context.Services.GetRequiredService<RequestAnswers>();
        var page = await ReadAsync(asked, arguments, context.RequestAborted);
        if (page is not null)
        {
            answers.Add(page.Page, context);
        }

        var total = 0L;
        if (asked.CountsAll)
        {
            var count = await reads.CountAsync(await asked.QueryAsync(context.RequestAborted), context.RequestAborted);
            answers.Add(count, context);
            total = count.Rows;
        }

        return RowConnection.Of(arguments.Count == 0 ? null : page, total);
    });

    private static async Task<TypedRows?> ReadAsync(AskedRows asked, PageArguments arguments, CancellationToken cancellationToken) =>
        asked.ReadsRows && arguments.Count > 0
            ? await asked.PageAsync(
                new PageRequest { Count = arguments.Count, After = arguments.After, Before = arguments.Before, IsBackward = arguments.IsBackward },
                cancellationToken)
            : null;
}
