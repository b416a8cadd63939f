using System.Globalization;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>What PostgreSQL is asked to group and count for an aggregate query, and how DuckDB's statement takes it up: as groups like those that it makes of cold rows.</summary>
internal sealed class HotPartials
{
    private readonly AggregateQuery _query;
    private readonly IReadOnlyList<NestedField> _keys;
    private readonly IReadOnlyList<NestedField?> _fields;
    private readonly List<HotFigure> _figures = [];
    private readonly List<string> _select = [];

    /// <param name="query">What is asked.</param>
    /// <param name="keys">The columns that it groups by.</param>
    /// <param name="fields">The columns of its figures; null: none is needed.</param>
    public HotPartials(AggregateQuery query, IReadOnlyList<NestedField> keys, IReadOnlyList<NestedField?> fields)
    {
        (_query, _keys, _fields) = (query, keys, fields);
        for (var i = 0; i < keys.Count; i++)
        {
            _select.Add(query.GroupBy[i].Bucket is null ? $"{Column(i)} AS k{i}" : $"epoch_us({Column(i)}) AS k{i}");
        }

        for (var i = 0; i < fields.Count; i++)
        {
            _select.AddRange(Figures(i));
        }
    }

    /// <summary>Figures that several of those asked for need are there once.</summary>
    public HotGroups Groups => new(
        [.. _keys.Select((key, i) => new HotGroupKey(key.Name, _query.GroupBy[i].Bucket?.LeastWidth, _query.GroupBy[i].Bucket?.Origin ?? default))], _figures);

    /// <param name="relation">The grouped scan, to stand behind FROM.</param>
    /// <returns>Keys as <c>k0</c>, ..., figures as <c>a0</c>, ..., counts for averages as <c>n0</c>, ....</returns>
    public string Select(string relation) =>
        $"SELECT {string.Join(", ", _select)} FROM {relation} AS h({string.Join(", ", Enumerable.Range(0, _keys.Count + _figures.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i}")))})";

    private IEnumerable<string> Figures(int i) => _query.Aggregates[i].Function switch
    {
        AggregateFunction.Count => [$"{Figure(HotFigureKind.Rows, i)} AS a{i}"],
        AggregateFunction.Sum => [$"{Sum(i)} AS a{i}"],
        AggregateFunction.Average => [$"{Sum(i)} AS a{i}", $"{Figure(HotFigureKind.Values, i)} AS n{i}"],
        AggregateFunction.Minimum => [$"{Figure(HotFigureKind.Minimum, i)} AS a{i}"],
        _ => [$"{Figure(HotFigureKind.Maximum, i)} AS a{i}"],
    };

    /// <summary>Of the type that DuckDB's sum has.</summary>
    private string Sum(int i)
    {
        var sum = Figure(HotFigureKind.Sum, i);
        if (_fields[i]!.Type is not DoubleType)
        {
            return _fields[i]!.Type is IntType or LongType ? $"{sum}::HUGEINT" : sum;
        }

        var large = Figure(HotFigureKind.LargeSum, i);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"CASE WHEN {large} IS NULL THEN {sum} ELSE coalesce({sum}, 0) + ({large} * {HotScan.LargeSumDivisor:F0}::DOUBLE) END");
    }

    private string Figure(HotFigureKind kind, int i)
    {
        var figure = new HotFigure(kind, _fields[i]?.Name ?? "");
        if (!_figures.Contains(figure))
        {
            _figures.Add(figure);
        }

        return Column(_keys.Count + _figures.IndexOf(figure));
    }

    private static string Column(int i) => string.Create(CultureInfo.InvariantCulture, $"h.c{i}");
}
