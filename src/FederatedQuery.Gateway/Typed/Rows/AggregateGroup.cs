using System.Buffers.Text;
using FederatedQuery.Federation.Rows;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>The figures of one group.</summary>
/// <param name="groups">All groups; their memory lives until the fields have been executed.</param>
/// <param name="row">Which one.</param>
/// <param name="asked">Where in the groups each figure is.</param>
internal sealed class AggregateGroup(AggregateRows groups, int row, AskedAggregates asked)
{
    /// <summary>Rows of the group.</summary>
    public long Count =>
        asked.CountIndex is { } index && Utf8Parser.TryParse(groups.Figure(row, index).Span, out long count, out _) ? count : throw new InvalidOperationException("The count was not asked for.");

    /// <summary>A figure of a column; empty where it is null, or where rows are not grouped by the column.</summary>
    public ReadOnlySpan<byte> Json(AggregateFigure figure, int fieldId)
    {
        var json = figure == AggregateFigure.Key
            ? asked.KeyIndexOf(fieldId) is { } key ? groups.Key(row, key).Span : default
            : groups.Figure(row, asked.IndexOf(figure, fieldId)).Span;
        return json.SequenceEqual("null"u8) ? default : json;
    }

    /// <summary>What a figure without JSON is: null, or a number that JSON has no digits for, which the field's type refuses with an error that says so.</summary>
    public object? NotJson(AggregateFigure figure, int fieldId) => figure == AggregateFigure.Key
        ? asked.KeyIndexOf(fieldId) is { } key ? groups.NotFiniteKey(row, key) : null
        : groups.NotFiniteFigure(row, asked.IndexOf(figure, fieldId));
}

/// <summary>What is asked of a column in a group of rows.</summary>
internal enum AggregateFigure
{
    Key,
    Sum,
    Average,
    Minimum,
    Maximum,
}
