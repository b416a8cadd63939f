using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Search;

/// <summary>Counts log records over both tiers, one pass of each. Failures are <see cref="FederatedQueryException"/>s. Thread-safe.</summary>
public sealed class LogFigures(LogReader logs, RowReader rows)
{
    /// <summary>The most buckets of a histogram: a week of minutes.</summary>
    public const int MaximumBuckets = 10_080;

    /// <summary>The most values of a field.</summary>
    public const int MaximumValues = 1000;

    /// <summary>Levels are free text: each bucket could have as many as records.</summary>
    private const int MaximumGroups = 200_000;

    /// <summary>Counts per interval, split by level; from the first record's interval to the last one's without a gap.</summary>
    /// <param name="filter">Over the columns of <see cref="LogTable.Schema"/>.</param>
    /// <param name="interval">Null: chosen so that the time which the filter is about, or else that of the records, has at most a hundred.</param>
    /// <param name="caller">Whose budget of cold bytes is drawn on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FederatedQueryException">BadArgument: an interval that cannot be, or too many of them.</exception>
    public async Task<LogHistogram> HistogramAsync(Expression filter, TimeSpan? interval, Caller caller, CancellationToken cancellationToken)
    {
        var asked = interval is { } given ? HistogramInterval.Check(given) : (TimeSpan?)null;
        var table = await logs.TableAsync(cancellationToken);
        await using var session = await rows.OpenAsync([table], caller, cancellationToken);
        var width = asked ?? HistogramInterval.Of(await RangeAsync(session, table, filter, cancellationToken));
        var query = new AggregateQuery
        {
            Table = table,
            Filter = filter,
            GroupBy = [new GroupKey(LogQuery.IdOf(table, LogTable.TimeColumn), HistogramInterval.BucketOf(width)), new GroupKey(LogQuery.IdOf(table, "level"))],
            First = MaximumGroups + 1,
        };
        using var groups = await rows.AggregateAsync(session, query, cancellationToken);
        return new LogHistogram(BucketsOf(groups, width), groups.Reading);
    }

    /// <summary>The commonest values of a column, null among them; of equally common ones the lesser by code point first.</summary>
    /// <param name="first">0 to <see cref="MaximumValues"/>.</param>
    /// <inheritdoc cref="HistogramAsync"/>
    public async Task<LogFieldValues> ValuesAsync(string column, Expression filter, int first, Caller caller, CancellationToken cancellationToken)
    {
        if (first is < 0 or > MaximumValues)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`first` is {first}; it must be 0 to {MaximumValues}.");
        }

        if (first == 0)
        {
            return new LogFieldValues([], null);
        }

        var table = await logs.TableAsync(cancellationToken);
        var query = new AggregateQuery
        {
            Table = table,
            Filter = filter,
            GroupBy = [new GroupKey(LogQuery.IdOf(table, column))],
            Order = [new AggregateOrder(0, Descending: true)],
            First = first,
            Caller = caller,
        };
        using var groups = await rows.AggregateAsync(query, cancellationToken);
        return new LogFieldValues(
            [.. Enumerable.Range(0, groups.Count).Select(row => new LogFieldCount(groups.KeyValue(row, 0)?.AsString, CountOf(groups, row)))], groups.Reading);
    }

    /// <summary>What the filter leaves open is found by the first and last record: each is the first of a page, which needs little more than a look at bounds.</summary>
    private async Task<TimeSpan> RangeAsync(RowSession session, RegisteredTable table, Expression filter, CancellationToken cancellationToken)
    {
        var (from, to) = TimeRange.Of(filter);
        from ??= await EndAsync(descending: false);
        to ??= await EndAsync(descending: true);
        return from is { } first && to is { } last && last > first ? TimeSpan.FromMicroseconds(last - first) : TimeSpan.Zero;

        async Task<long?> EndAsync(bool descending)
        {
            var query = new LogQuery { Filter = filter, Order = [(LogTable.TimeColumn, descending)], Columns = [LogTable.TimeColumn] }.Over(table);
            using var page = await rows.ReadPageAsync(session, query, new PageRequest { Count = 1 }, cancellationToken);
            return page.RowCount == 0 ? null : page.Value(0, 0)?.AsLong;
        }
    }

    private static ImmutableArray<LogBucket> BucketsOf(AggregateRows groups, TimeSpan width)
    {
        var micros = width.Ticks / TimeSpan.TicksPerMicrosecond;
        var count = groups.Count == 0 ? 0 : ((StartOf(groups.Count - 1) - StartOf(0)) / micros) + 1;
        if (count > MaximumBuckets || groups.Count > MaximumGroups)
        {
            var what = groups.Count > MaximumGroups
                ? $"more than {MaximumGroups.ToString("N0", CultureInfo.InvariantCulture)} pairs of interval and level"
                : $"{count.ToString("N0", CultureInfo.InvariantCulture)} intervals; the most are {MaximumBuckets.ToString("N0", CultureInfo.InvariantCulture)}";
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"The records lie in {what}. Ask for a longer `interval` than {System.Xml.XmlConvert.ToString(width)}, or less time in `where`.");
        }

        var buckets = ImmutableArray.CreateBuilder<LogBucket>((int)count);
        for (int i = 0, row = 0; i < count; i++)
        {
            var start = StartOf(0) + (i * micros);
            var levels = ImmutableArray.CreateBuilder<LogLevel>();
            for (; row < groups.Count && StartOf(row) == start; row++)
            {
                levels.Add(new LogLevel(groups.KeyValue(row, 1)?.AsString ?? "", CountOf(groups, row)));
            }

            buckets.Add(new LogBucket(EpochTime.InstantOf(start), width, levels.DrainToImmutable()));
        }

        return buckets.MoveToImmutable();

        long StartOf(int row) => groups.KeyValue(row, 0)!.Value.AsLong;
    }

    private static long CountOf(AggregateRows groups, int row) =>
        Utf8Parser.TryParse(groups.Figure(row, 0).Span, out long count, out _) ? count : throw new System.Diagnostics.UnreachableException("A count that is no number.");
}
