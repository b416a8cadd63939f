using FederatedQuery.Federation;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Tiering.RowChanges;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.Typed.Mutations;

/// <summary>Changes rows of a table, and gives those changed.</summary>
internal static class MutationResolver
{
    public static async ValueTask<object?> ResolveAsync(IResolverContext context, TypedTable table, RowMutations operation, TypeTables types) => await Failures.TranslateAsync(async () =>
    {
        var returning = context.Selection.Fields.Where(field => field.Definition.Name == "returning").ToList();
        List<TypedColumn> columns = [.. OperationTables.ColumnsOf(table, returning.SelectMany(field => field.Fields)).Select(table.ColumnOf)];
        if (returning.Count > 0 && columns.Count == 0)
        {
            // Rows of which nothing is asked are rows all the same.
            columns.Add(table.Columns[0]);
        }

        var change = new RowChange
        {
            Table = new TableName(TableNames.SchemaOf(table.Table.Namespace), table.Table.Name),
            Operation = operation,
            Rows = operation == RowMutations.Insert ? [.. RowsOf(context).Select((row, i) => InputRows.Of(table, row, $"rows[{i}]"))] : [],
            Set = operation == RowMutations.Update ? SetOf(context, table) : [],
            Where = operation == RowMutations.Insert ? Expression.True : await WhereAsync(context, table, types),
            Returning = [.. columns.Select(column => column.Field.Name)],
        };
        if (operation == RowMutations.Insert && change.Rows.Count == 0)
        {
            return new RowMutationResult(0, []);
        }

        // What was read before, for the condition or by a mutation before this one, was read before the change.
        await RequestReads.RenewAsync(context);
        var changed = await context.Services.GetRequiredService<RowChanger>().ChangeAsync(change, context.RequestAborted);
        return new RowMutationResult((int)changed.Count, columns.Count == 0 ? [] : [.. Keep(context, types, changed, columns).Rows]);
    });

    private static TypedRows Keep(IResolverContext context, TypeTables types, ChangedRows changed, IReadOnlyList<TypedColumn> columns) =>
        RequestReads.Of(context, types).Hold(RowPage.OfChanged([.. columns.Select(column => column.Field)], changed.Chunks), columns.Select(column => column.FieldId));

    private static IEnumerable<IReadOnlyDictionary<string, object?>> RowsOf(IResolverContext context) =>
        context.ArgumentValue<object?[]>("rows").Select(row => (IReadOnlyDictionary<string, object?>)row!);

    private static IReadOnlyList<ColumnAssignment> SetOf(IResolverContext context, TypedTable table) =>
        InputRows.Of(table, context.ArgumentValue<IReadOnlyDictionary<string, object?>>("set"), "set") is { IsEmpty: false } set
            ? set
            : throw new FederatedQueryException(FailureKind.BadArgument, "`set` gives no column a value; give one at least.");

    private static async Task<Expression> WhereAsync(IResolverContext context, TypedTable table, TypeTables types)
    {
        var relations = new RelationFilters(RequestReads.Of(context, types), context.RequestAborted);
        return await new RowFilter(relations).CompileAsync(table, context.ArgumentValue<IReadOnlyDictionary<string, object?>>("where"));
    }
}
