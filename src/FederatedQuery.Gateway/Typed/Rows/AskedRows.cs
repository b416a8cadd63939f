using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Typed.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Which rows a connection field asks for, and what of them: its arguments and selection, read once for all parents at one place of the operation.</summary>
internal sealed class AskedRows
{
    private readonly TypedTable _table;
    private readonly OperationReads _reads;
    private readonly Expression _filter;
    private readonly bool _filtersByRelations;
    private readonly IReadOnlyList<(int FieldId, bool Descending)> _order;
    private readonly IReadOnlyList<int> _columns;

    private AskedRows(TypedTable table, OperationReads reads, Expression filter, bool filtersByRelations, IReadOnlyList<(int, bool)> order, IEnumerable<ISelectedField> selection)
    {
        (_table, _reads, _filter, _filtersByRelations, _order) = (table, reads, filter, filtersByRelations, order);
        var fields = selection.ToList();
        _columns = [.. OperationTables.ColumnsOf(table, OperationTables.RowFieldsOf(fields))];
        ReadsRows = fields.Any(field => field.Definition.Name is "nodes" or "edges" or "pageInfo");
        CountsAll = fields.Any(field => field.Definition.Name == "totalCount");
    }

    /// <summary>Whether anything of the rows themselves is selected.</summary>
    public bool ReadsRows { get; }

    /// <summary>Whether the number of all rows is selected.</summary>
    public bool CountsAll { get; }

    public static async Task<AskedRows> OfAsync(IResolverContext context, TypedTable table, OperationReads reads)
    {
        var relations = new RelationFilters(reads, context.RequestAborted);
        var filter = await new RowFilter(relations).CompileAsync(table, context.ArgumentValue<IReadOnlyDictionary<string, object?>?>("where"));
        var order = context.Field.FindArgument("order") is null ? [] : RowOrders.Of(context.ArgumentValue<object?[]?>("order"));
        return new AskedRows(
            table, reads, filter, relations.WereAsked,
            [.. order.Select(term => (table.Columns.First(column => column.Name == term.Name).FieldId, term.Descending))],
            context.Selection.Fields);
    }

    public Task<RowQuery> QueryAsync(CancellationToken cancellationToken) => _reads.QueryAsync(
        _table, _filter, _order, _columns,

        // Which related rows fit may change from page to page, and so the filter.
        cursorsFitAnyFilter: _filtersByRelations, cancellationToken);

    public async Task<TypedRows> PageAsync(PageRequest page, CancellationToken cancellationToken) =>
        await _reads.PageAsync(await QueryAsync(cancellationToken), _columns, page, cancellationToken);

    /// <summary>A page of a query of these as rows.</summary>
    public TypedRows Over(RowPage page) => OperationReads.Over(page, _columns);
}
