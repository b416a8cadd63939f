using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The field that gives a table's figures, and the objects of them.</summary>
internal static class AggregateTypes
{
    /// <summary>All rows that the filter selects are read.</summary>
    private const double AggregateCost = 50;

    public static FieldDefinition Root(TypedTable table, InputTypes inputs, TypeTables tables) => new(table.AggregateField, TypeSyntax.RequiredList(Aggregate(table)))
    {
        Description = "Figures of all rows, or of each group of rows.",
        Arguments = [.. inputs.AggregateArguments(table)],
        AppliedDirectives = [AuthorizeAttribute.AnyOf(RoleNames.Reader), CostDirectives.CostOf(AggregateCost), TypeSyntax.ListSize(PageArguments.DefaultSize, [], ["first"])],
        Resolver = context => AggregateResolver.ResolveAsync(context, table, tables),
    };

    /// <summary>The name by which aggregates are ordered by a column's sum.</summary>
    public static string SumOf(TypedColumn column) => "sum" + char.ToUpperInvariant(column.Name[0]) + column.Name[1..];

    private static ObjectType Aggregate(TypedTable table)
    {
        var groups = table.Columns.Where(column => column.IsGroupable).ToList();
        var measures = table.Columns.Where(column => column.IsMeasure).ToList();
        var bounded = table.Columns.Where(column => column.HasBounds).ToList();
        return new ObjectType(TypeFamily.Aggregate(table.TypeName), () =>
        [
            .. Part("key", TypeFamily.AggregateKey(table.TypeName), groups, AggregateFigure.Key, column => OperationInputs.Scalar(column.Scalar!.Value)),
            new FieldDefinition("count", TypeSyntax.Required(LongScalar.Instance)) { PropertyReader = PropertyReader.Create((AggregateGroup row) => row.Count), IsPure = true },
            .. Part("sum", TypeFamily.Sums(table.TypeName), measures, AggregateFigure.Sum, Number),
            .. Part("avg", TypeFamily.Averages(table.TypeName), measures, AggregateFigure.Average, Number),
            .. Part("min", TypeFamily.Minima(table.TypeName), bounded, AggregateFigure.Minimum, column => OperationInputs.Scalar(column.Scalar!.Value)),
            .. Part("max", TypeFamily.Maxima(table.TypeName), bounded, AggregateFigure.Maximum, column => OperationInputs.Scalar(column.Scalar!.Value)),
        ]);
    }

    /// <summary>Sums and averages of whole numbers are decimals: they may have more digits than the numbers.</summary>
    private static ScalarType Number(TypedColumn column) => column.Scalar == ScalarKind.Float ? FloatScalar.Instance : ColumnDecimalScalar.Instance;

    /// <summary>Nothing when no column has the figure: an object without fields is none.</summary>
    private static IEnumerable<FieldDefinition> Part(
        string name, string typeName, List<TypedColumn> columns, AggregateFigure figure, Func<TypedColumn, ScalarType> typeOf)
    {
        if (columns.Count == 0)
        {
            yield break;
        }

        var type = new ObjectType(typeName, () => columns.Select(column => new FieldDefinition(column.Name, typeOf(column))
        {
            IsPure = true,
            PropertyReader = PropertyReader.CreateJson<AggregateGroup>(row => row.Json(figure, column.FieldId), row => row.NotJson(figure, column.FieldId)),
        }));
        yield return new FieldDefinition(name, TypeSyntax.Required(type)) { PropertyReader = PropertyReader.Create((AggregateGroup row) => row), IsPure = true };
    }
}
