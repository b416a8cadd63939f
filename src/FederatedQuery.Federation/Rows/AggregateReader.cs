using System.Diagnostics;
using System.Globalization;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Groups the rows of both tiers and combines their figures, by one statement; the hot rows are grouped by PostgreSQL where that gives exactly the same.</summary>
internal sealed class AggregateReader
{
    private readonly TierReader _tiers;
    private readonly AggregateQuery _query;
    private readonly RowLayout _layout;
    private readonly List<NestedField> _keys;
    private readonly List<NestedField?> _fields;
    private readonly List<NestedField> _columns;

    /// <exception cref="FederatedQueryException">BadArgument: a column is not there, or of a type without such a figure.</exception>
    public AggregateReader(TierReader tiers, AggregateQuery query)
    {
        (_tiers, _query) = (tiers, query);
        _keys = [.. query.GroupBy.Select(key => RowLayout.Find(query.Table, key.FieldId))];
        _fields = [.. query.Aggregates.Select(aggregate => aggregate.Function == AggregateFunction.Count ? null : RowLayout.Find(query.Table, aggregate.FieldId))];
        foreach (var (field, key) in _keys.Zip(query.GroupBy))
        {
            Check(field.Type is PrimitiveType, field, "Rows cannot be grouped by");
            Check(key.Bucket is null || field.Type is DateType or TimestampType or TimestamptzType or TimestampNsType or TimestamptzNsType, field, "Time is not to be truncated of");
        }

        foreach (var (field, aggregate) in _fields.Zip(query.Aggregates))
        {
            Check(
                field is null || (aggregate.Function is AggregateFunction.Minimum or AggregateFunction.Maximum
                    ? field.Type is PrimitiveType and not (BinaryType or FixedType)
                    : field.Type is IntType or LongType or FloatType or DoubleType or DecimalType),
                field!, $"There is no {aggregate.Function.ToString().ToLowerInvariant()} of");
        }

        if (query.First is < 1 || query.Order.Any(order => order.Aggregate < 0 || order.Aggregate >= query.Aggregates.Length))
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"The first {query.First} groups are asked for, or an order by a figure that is not: it must be 1 or more, and one of those asked for.");
        }

        // A relation has a column at least.
        _columns = [.. _keys.Concat(_fields.OfType<NestedField>()).DefaultIfEmpty(query.Table.Schema.Fields[0]).DistinctBy(field => field.Id)];
        _layout = new RowLayout(query.Table, _columns.Select(field => field.Id), [], query.Filter);
    }

    public async Task<AggregateRows> ReadAsync(int maximumBytes)
    {
        var started = Stopwatch.GetTimestamp();
        var hot = _tiers.HasHot ? _tiers.HotScan(_layout.ReadSchema, _query.Filter) : null;
        var planned = await _tiers.PlanAsync(_layout.Read, _query.Filter);
        var (kept, cold) = planned is null ? (null, null) : await new KeptFigures(_tiers, _query.Table, _columns, PartialsOf, Joined).FindAsync(planned);
        using var lease = kept is null ? null : _tiers.KeptGroups.Leases.Add(kept);
        var before = lease is null ? null : KeptFigures.Relation(lease.Id);
        var partials = new HotPartials(_query, _keys, _fields);
        var chunks = hot?.Grouped(partials.Groups) is { } grouped
            ? await _tiers.ReadAsync(
                grouped, cold,
                (hotGroups, coldRows) => Combine(before, coldRows is null ? null : PartialsOf(TierReader.Relation(null, coldRows, _layout), _layout, _query.Filter), partials.Select(hotGroups!)))
            : await _tiers.ReadAsync(
                hot, cold,
                (hotRows, coldRows) => Combine(before, before is not null && (hotRows ?? coldRows) is null ? null : PartialsOf(TierReader.Relation(hotRows, coldRows, _layout), _layout, _query.Filter)));
        try
        {
            return new AggregateRows(
                chunks, [.. _keys.Select(CellLiterals.TypeOf)], [.. _query.Aggregates.Index().Select(item => IsExactAverage(item.Index))], _tiers.Report(started), maximumBytes);
        }
        catch
        {
            chunks.ForEach(chunk => chunk.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Groups by days where months or years are asked for, whose first instants cost ten times as much to find as a division.
    /// </summary>
    private string PartialsOf(string relation, RowLayout layout, Iceberg.Expressions.Expression filter)
    {
        var keys = _keys.Select((field, i) => $"{Key(layout.Sql(field), field, _query.GroupBy[i].Bucket)} AS k{i}");
        var partial = _query.Aggregates.Select((aggregate, i) => Partial(aggregate, i, layout));
        return $"SELECT {string.Join(", ", keys.Concat(partial))} FROM {relation}"
            + (filter == Iceberg.Expressions.Expression.True ? "" : $" WHERE {layout.Condition(filter)}")
            + (_keys.Count == 0 ? "" : $" GROUP BY {string.Join(", ", _keys.Select((_, i) => $"k{i}"))}");
    }

    /// <summary>Partial figures in which each group is there once, of such in which it may be there several times.</summary>
    private string Joined(string partials)
    {
        var keys = _keys.Select((_, i) => $"k{i}");
        var figures = _query.Aggregates.Select((aggregate, i) =>
            $"{JoinedFigure(i)} AS a{i}" + (aggregate.Function == AggregateFunction.Average ? $", {JoinedCount($"n{i}")} AS n{i}" : ""));
        return $"SELECT {string.Join(", ", keys.Concat(figures))} FROM ({partials}) AS p" + (_keys.Count == 0 ? "" : $" GROUP BY {string.Join(", ", keys)}");
    }

    /// <param name="partials">Statements of groups with partial figures; null: there are none of that kind.</param>
    private string Combine(params ReadOnlySpan<string?> partials)
    {
        var some = new List<string>();
        foreach (var partial in partials)
        {
            if (partial is not null)
            {
                some.Add(partial);
            }
        }

        return Combine(string.Join(" UNION ALL ", some), isOneTier: some.Count == 1);
    }

    /// <param name="partials">Gives groups, some of them in parts.</param>
    /// <param name="isOneTier">Whether each group is there once, unless spans of time are to be put together.</param>
    private string Combine(string partials, bool isOneTier)
    {
        var isWhole = isOneTier && _query.GroupBy.All(key => key.Bucket is not { Months: > 0 });
        var groups = _keys.Select((field, i) => $"{Start($"k{i}", field, _query.GroupBy[i].Bucket)} AS g{i}");
        var combined = Enumerable.Range(0, _query.Aggregates.Length).SelectMany(i => isWhole ? Finished(i, $"a{i}", $"n{i}") : Finished(i, JoinedFigure(i), JoinedCount($"n{i}")));
        var ordered = _query.Order.Select(order => $"{OrderOf(order.Aggregate)} {(order.Descending ? "DESC NULLS LAST" : "ASC NULLS LAST")}")
            .Concat(_keys.Select((_, i) => $"g{i} ASC NULLS LAST")).ToList();
        return $"SELECT {string.Join(", ", groups.Concat(combined))} FROM ({partials}) AS p"
            + (_keys.Count == 0 || isWhole ? "" : $" GROUP BY {string.Join(", ", _keys.Select((_, i) => $"g{i}"))}")
            + (ordered.Count == 0 ? "" : $" ORDER BY {string.Join(", ", ordered)}")
            + (_query.First is { } most ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {most}") : "");
    }

    private string Partial(Aggregate aggregate, int i, RowLayout layout)
    {
        var column = _fields[i] is { } field ? layout.Sql(field) : "";
        return aggregate.Function switch
        {
            AggregateFunction.Count => $"count(*) AS a{i}",
            AggregateFunction.Sum => $"sum({column}) AS a{i}",
            AggregateFunction.Average => $"sum({column}) AS a{i}, count({column}) AS n{i}",
            AggregateFunction.Minimum => $"min({column}) AS a{i}",
            _ => $"max({column}) AS a{i}",
        };
    }

    /// <summary>A group's partial figure, of those of its parts.</summary>
    private string JoinedFigure(int i) => _query.Aggregates[i].Function switch
    {
        AggregateFunction.Count => JoinedCount($"a{i}"),
        AggregateFunction.Sum or AggregateFunction.Average => $"sum(a{i})",
        AggregateFunction.Minimum => $"min(a{i})",
        _ => $"max(a{i})",
    };

    private static string JoinedCount(string partial) => $"sum({partial})::BIGINT";

    /// <param name="i">Which figure.</param>
    /// <param name="figure">The group's partial figure.</param>
    /// <param name="count">Of an average, of how many values.</param>
    private IEnumerable<string> Finished(int i, string figure, string count) => _query.Aggregates[i].Function switch
    {
        AggregateFunction.Count => [$"coalesce({figure}, 0) AS f{i}"],
        AggregateFunction.Sum => [$"{SumOf(i, figure)} AS f{i}"],
        AggregateFunction.Average when IsExactAverage(i) => [$"{SumOf(i, figure)} AS f{i}", $"{count} AS c{i}"],
        AggregateFunction.Average => [$"{figure} / nullif({count}, 0) AS f{i}"],
        _ => [$"{figure} AS f{i}"],
    };

    private string SumOf(int i, string sum) => _fields[i]!.Type switch
    {
        IntType or LongType => $"{sum}::DECIMAL(38, 0)",
        DecimalType exact => string.Create(CultureInfo.InvariantCulture, $"{sum}::DECIMAL(38, {exact.Scale})"),
        _ => sum,
    };

    private string OrderOf(int i) => IsExactAverage(i) ? $"f{i}::DOUBLE / c{i}" : $"f{i}";

    private bool IsExactAverage(int i) => _query.Aggregates[i].Function == AggregateFunction.Average && _fields[i]!.Type is IntType or LongType or DecimalType;

    /// <summary>What rows are grouped by first: the number of a span, the value itself.</summary>
    private static string Key(string column, NestedField field, TimeBucket? bucket)
    {
        if (bucket is not { } span)
        {
            return column;
        }

        var width = span.LeastWidth.Ticks / TimeSpan.TicksPerMicrosecond;
        var origin = span.Origin.Ticks / TimeSpan.TicksPerMicrosecond;
        var micros = field.Type is TimestampNsType ? $"epoch_us({column}::TIMESTAMP)" : $"epoch_us({column})";

        // Division of whole numbers cuts towards zero; spans before 1970 begin further down.
        var moved = string.Create(CultureInfo.InvariantCulture, $"({micros} - {origin})");
        return string.Create(CultureInfo.InvariantCulture, $"(({moved} - ((({moved} % {width}) + {width}) % {width})) + {origin})");
    }

    /// <summary>The first instant of a span, of the column's type.</summary>
    private static string Start(string key, NestedField field, TimeBucket? bucket)
    {
        if (bucket is not { } span)
        {
            return key;
        }

        var start = span.Months switch
        {
            0 => $"make_timestamp({key})",
            1 => $"date_trunc('month', make_timestamp({key}))",
            _ => $"date_trunc('year', make_timestamp({key}))",
        };
        return field.Type switch
        {
            DateType => $"({start})::DATE",
            TimestampType => $"({start})::TIMESTAMP",
            TimestampNsType => $"({start})::TIMESTAMP_NS",
            // Sessions are in UTC.
            _ => $"({start})::TIMESTAMPTZ",
        };
    }

    private static void Check(bool isRight, NestedField field, string what)
    {
        if (!isRight)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"{what} column '{field.Name}', which is of type {field.Type}.");
        }
    }
}
