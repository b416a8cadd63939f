using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The inputs of tables: filters, orders, groups.</summary>
internal sealed class InputTypes(GraphQLType sortEnum, GraphQLType dateTrunc, OperationInputs operations)
{
    private readonly Dictionary<string, InputObjectType> _types = new(StringComparer.Ordinal);

    /// <summary>Of a page of all rows, or of the rows below another.</summary>
    public IEnumerable<InputValueDefinition> PageArguments(TypedTable table, bool isBelow)
    {
        yield return new InputValueDefinition("where", Filter(table));
        if (Sort(table) is { } sort)
        {
            yield return new InputValueDefinition("order", TypeSyntax.ListOf(sort));
        }

        yield return new InputValueDefinition("first", IntScalar.Instance);
        yield return new InputValueDefinition("after", StringScalar.Instance);
        if (!isBelow)
        {
            yield return new InputValueDefinition("last", IntScalar.Instance);
            yield return new InputValueDefinition("before", StringScalar.Instance);
        }
    }

    public IEnumerable<InputValueDefinition> AggregateArguments(TypedTable table)
    {
        yield return new InputValueDefinition("where", Filter(table));
        if (GroupBy(table) is { } groups)
        {
            yield return new InputValueDefinition("groupBy", TypeSyntax.ListOf(groups));
        }

        yield return new InputValueDefinition("order", TypeSyntax.ListOf(AggregateSort(table)));
        yield return new InputValueDefinition("first", IntScalar.Instance);
    }

    public InputObjectType Filter(TypedTable table) => GetOrAdd(TypeFamily.Filter(table.TypeName), () =>
    {
        var own = TypeSyntax.ListOf(Filter(table));
        var columns = table.Columns.Where(column => !IsHidden(table, column))
            .Select(column => (column.Name, Type: operations.Of(column.Type)))
            .Where(field => field.Type is not null)
            .Select(field => new InputValueDefinition(field.Name, field.Type!));
        var parents = table.Parents.Select(relation => new InputValueDefinition(relation.Name, Filter(relation.Target)));
        var children = table.Children.Select(relation => new InputValueDefinition(relation.Name, operations.OfList(TypeFamily.ListFilter(relation.Target.TypeName), Filter(relation.Target))));
        return [new InputValueDefinition("and", own), new InputValueDefinition("or", own), .. Unlike(["and", "or"], [.. columns, .. parents, .. children])];
    });

    /// <summary>Of a struct <c>a</c> no field can be named where a column is called <c>a.b</c>.</summary>
    private static bool IsHidden(TypedTable table, TypedColumn column) =>
        column.Type is not ScalarColumn && table.Columns.Any(other => other.Field.Name.StartsWith(column.Field.Name + '.', StringComparison.Ordinal));

    /// <summary>Null: no column has an order.</summary>
    private InputObjectType? Sort(TypedTable table)
    {
        var columns = table.Columns.Where(column => column.IsSortable && (!column.IsReference || column.IsInKey)).ToList();
        return columns.Count == 0
            ? null
            : GetOrAdd(TypeFamily.Sort(table.TypeName), () => columns.Select(column => new InputValueDefinition(column.Name, sortEnum)));
    }

    /// <summary>Null: no column makes groups.</summary>
    private InputObjectType? GroupBy(TypedTable table)
    {
        var columns = table.Columns.Where(column => column.IsGroupable).ToList();
        return columns.Count == 0
            ? null
            : GetOrAdd(TypeFamily.GroupBy(table.TypeName), () => columns.Select(column => column.Scalar?.IsDay() == true
                ? new InputValueDefinition(column.Name, dateTrunc) { Description = "Truncates to HOUR, DAY, WEEK, MONTH or YEAR." }
                : new InputValueDefinition(column.Name, BooleanScalar.Instance)));
    }

    private InputObjectType AggregateSort(TypedTable table) => GetOrAdd(TypeFamily.AggregateSort(table.TypeName), () =>
    [
        new InputValueDefinition("count", sortEnum),
        .. Unlike(["count"], table.Columns.Where(column => column.IsMeasure).Select(column => new InputValueDefinition(AggregateTypes.SumOf(column), sortEnum))),
    ]);

    /// <summary>A column may be named like a word of the filter itself: then the word stands.</summary>
    public static IEnumerable<InputValueDefinition> Unlike(string[] taken, IEnumerable<InputValueDefinition> fields) =>
        fields.Where(field => !taken.Contains(field.Name));

    private InputObjectType GetOrAdd(string name, Func<IEnumerable<InputValueDefinition>> fields)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            _types.Add(name, type = new InputObjectType(name, fields));
        }

        return type;
    }
}
