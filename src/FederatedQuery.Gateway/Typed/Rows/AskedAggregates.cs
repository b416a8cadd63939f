using System.Collections.Immutable;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Types;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Which groups an aggregate field asks for, in which order, and which of their figures. Only those that are selected, or ordered by, are worked out.</summary>
internal sealed class AskedAggregates
{
    private readonly List<(int FieldId, TimeBucket? Bucket)> _keys = [];
    private readonly List<(AggregateFunction Function, int FieldId)> _figures = [];
    private readonly List<AggregateOrder> _order = [];

    private AskedAggregates()
    {
    }

    public IReadOnlyList<(int FieldId, TimeBucket? Bucket)> Keys => _keys;

    public IReadOnlyList<(AggregateFunction Function, int FieldId)> Figures => _figures;

    public ImmutableArray<AggregateOrder> Order => [.. _order];

    /// <summary>Where the count is; null when nobody asked for it.</summary>
    public int? CountIndex => _figures.FindIndex(figure => figure.Function == AggregateFunction.Count) is >= 0 and var index ? index : null;

    /// <param name="groupBy">The argument; null: one group.</param>
    /// <param name="order">The argument; null: by the keys.</param>
    /// <param name="selection">What is selected of a group.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>: a column is there twice.</exception>
    public static AskedAggregates Of(TypedTable table, object?[]? groupBy, object?[]? order, IEnumerable<ISelectedField> selection)
    {
        var asked = new AskedAggregates();
        asked.AddKeys(table, groupBy ?? []);
        asked.AddFigures(table, selection);
        foreach (var (name, descending) in RowOrders.Of(order))
        {
            var index = name == "count"
                ? asked.Add(AggregateFunction.Count, 0)
                : asked.Add(AggregateFunction.Sum, table.Columns.First(column => column.IsMeasure && AggregateTypes.SumOf(column) == name).FieldId);
            asked._order.Add(new AggregateOrder(index, descending));
        }

        return asked;
    }

    public int? KeyIndexOf(int fieldId) => _keys.FindIndex(key => key.FieldId == fieldId) is >= 0 and var index ? index : null;

    public int IndexOf(AggregateFigure figure, int fieldId) => _figures.IndexOf((FunctionOf(figure), fieldId));

    private void AddKeys(TypedTable table, object?[] groupBy)
    {
        foreach (var (name, value) in groupBy.SelectMany(group => (IReadOnlyDictionary<string, object?>)group!))
        {
            if (value is null or false)
            {
                continue;
            }

            var key = (table.Columns.First(column => column.Name == name).FieldId, value is DateTrunc span ? BucketOf(span) : (TimeBucket?)null);
            if (_keys.Any(other => other.FieldId == key.FieldId && other != key))
            {
                throw new FederatedQueryException(FailureKind.BadArgument, $"`groupBy` has `{name}` twice, with different values; rows are grouped by a column in one way.");
            }

            if (!_keys.Contains(key))
            {
                _keys.Add(key);
            }
        }
    }

    private void AddFigures(TypedTable table, IEnumerable<ISelectedField> selection)
    {
        foreach (var field in selection)
        {
            AggregateFigure? figure = field.Definition.Name switch
            {
                "sum" => AggregateFigure.Sum,
                "avg" => AggregateFigure.Average,
                "min" => AggregateFigure.Minimum,
                "max" => AggregateFigure.Maximum,
                _ => null,
            };
            if (figure is { } asked)
            {
                foreach (var column in field.Fields.Select(selected => table.Columns.FirstOrDefault(column => column.Name == selected.Definition.Name)).OfType<TypedColumn>())
                {
                    Add(FunctionOf(asked), column.FieldId);
                }
            }
            else if (field.Definition.Name == "count")
            {
                Add(AggregateFunction.Count, 0);
            }
        }
    }

    private int Add(AggregateFunction function, int fieldId)
    {
        var index = _figures.IndexOf((function, fieldId));
        if (index >= 0)
        {
            return index;
        }

        _figures.Add((function, fieldId));
        return _figures.Count - 1;
    }

    private static AggregateFunction FunctionOf(AggregateFigure figure) => figure switch
    {
        AggregateFigure.Sum => AggregateFunction.Sum,
        AggregateFigure.Average => AggregateFunction.Average,
        AggregateFigure.Minimum => AggregateFunction.Minimum,
        AggregateFigure.Maximum => AggregateFunction.Maximum,
        _ => throw new System.Diagnostics.UnreachableException(figure.ToString()),
    };

    private static TimeBucket BucketOf(DateTrunc span) => span switch
    {
        DateTrunc.Hour => TimeBucket.Hour,
        DateTrunc.Day => TimeBucket.Day,
        DateTrunc.Week => TimeBucket.Week,
        DateTrunc.Month => TimeBucket.Month,
        _ => TimeBucket.Year,
    };
}
