using System.Diagnostics;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Reads one page: first the tier that is likely to settle it, then of the other one only what could still come before the page's last row. Backward pages are read in the
/// reversed order and turned round.
/// </summary>
internal sealed class PageReader
{
    private readonly TierReader _tiers;
    private readonly ResolvedQuery _query;
    private readonly PageRequest _page;
    private readonly int _maximumBytes;

    /// <summary>The order of reading.</summary>
    private readonly IReadOnlyList<RowTerm> _terms;

    /// <summary>Where reading begins and ends; null: with the first row, with the last.</summary>
    private readonly RowCursor? _start;
    private readonly RowCursor? _end;

    public PageReader(TierReader tiers, ResolvedQuery query, PageRequest page, int maximumBytes)
    {
        (_tiers, _query, _page, _maximumBytes) = (tiers, query, page, maximumBytes);
        _terms = page.IsBackward ? [.. query.Terms.Select(term => term.Reversed)] : query.Terms;
        var after = page.After is { } text ? RowCursor.Parse("after", text, query.Terms, query.Digest) : null;
        var before = page.Before is { } other ? RowCursor.Parse("before", other, query.Terms, query.Digest) : null;
        (_start, _end) = page.IsBackward ? (before, after) : (after, before);
    }

    /// <summary>Of a window of the hot tier.</summary>
    public long LeastWindowRows { get; init; }

    /// <summary>What former pages saw.</summary>
    public PageDensities Densities { get; init; } = new();

    public async Task<RowPage> ReadAsync()
    {
        var started = Stopwatch.GetTimestamp();

        // 1. Rows that are equal to the cursors' in all terms: which of them are meant.
        var skip = (int)await SkippedAsync();
        var fromEnd = await TakenAtEndAsync();
        var need = checked(_page.Count + 1 + skip);

        // 2. The tiers, until nothing unread could come before the last row.
        var rows = new SortedRows(new CellComparer(_terms, _query.Columns), need);
        try
        {
            await FillAsync(rows, Conditions(fromEnd > 0, known: false), Conditions(fromEnd > 0, known: true), need);

            // 3. The page, in the query's order.
            var first = Enumerable.Range(0, Math.Min(skip, rows.Count)).TakeWhile(row => IsAt(rows, row, _start!)).Count();
            var past = _end is null ? rows.Count : EndOf(rows, first, fromEnd);
            var count = Math.Min(_page.Count, past - first);
            var isMore = past - first > count;
            var isSplit = _page.IsBackward && isMore && rows.AreEqual(first + count - 1, first + count);
            var chosen = Enumerable.Range(first, count);
            rows.Select(_page.IsBackward ? chosen.Reverse() : chosen);
            var occurrence = count == 0 ? 1 : await FirstOccurrenceAsync(rows, isSplit);
            var block = new RowBlock(rows, _query.Layout.Visible, _query, _query.Columns, _maximumBytes);
            return new RowPage(block, 0, count, occurrence, ownsBlock: true)
            {
                Reading = _tiers.Report(started),
                HasNext = _page.IsBackward ? _page.Before is not null : isMore,
                HasPrevious = _page.IsBackward ? isMore : _page.After is not null,
            };
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private async Task FillAsync(SortedRows rows, Expression wanted, Expression known, int need)
    {
        var isOldestFirst = !_terms[0].Descending && _terms[0].Name == _query.Query.Table.Tiering?.TimeColumn;
        if (isOldestFirst)
        {
            await ReadColdAsync(rows, wanted, known, need);
        }

        if (_tiers.HasHot)
        {
            await ReadHotAsync(rows, wanted, known, need);
        }

        if (!isOldestFirst)
        {
            await ReadColdAsync(rows, wanted, known, need);
        }
    }

    /// <summary>
    /// Of a table whose partitions are by the leading column, the first partitions that should hold rows enough, then ten times as many: PostgreSQL sorts all rows of partitions that it
    /// cannot read in order. Where an index finds the rows, all partitions at once.
    /// </summary>
    private async Task ReadHotAsync(SortedRows rows, Expression wanted, Expression known, int need)
    {
        var lead = _terms[0];
        var order = _terms.TakeWhile(term => term.IsKnownToTiers).Select(term => new HotOrder(term.Name, term.Descending)).ToList();
        var first = order.Count == 0 ? null : new FirstRows(order, order.Count == _terms.Count, need);
        var boundaries = first is null ? [] : HotWindows.BoundariesOf(
            _query.Query, lead, _start?.Values[0], need, LeastWindowRows, Densities.Find(_query.Query, lead));
        var others = rows.Count;
        for (var window = 0; window <= boundaries.Count; window++)
        {
            Literal? from = window == 0 ? null : boundaries[window - 1];
            if (from is { } begin && rows.IsFull && StreamWindows.IsPast(lead, begin, LeadOf(rows, need)))
            {
                break;
            }

            var between = StreamWindows.Between(lead, from, window == boundaries.Count ? null : boundaries[window]);
            var bound = Expression.And(BoundOf(rows, need), between);
            var condition = Expression.And(known, lead.IsKnownToTiers ? bound : Expression.True);
            var hot = _tiers.HotScan(_query.Layout.ReadSchema, condition, first);
            if (hot.IsFirstInOrder && _query.Direct is { } direct)
            {
                rows.Add(await _tiers.ReadDirectlyAsync(hot, direct));
            }
            else
            {
                rows.Add(await ReadFirstAsync(hot, condition, first, [wanted, bound], need));
            }
        }

        if (others == 0 && lead.IsKnownToTiers)
        {
            var partitions = HotWindows.PartitionsBetween(_query.Query, lead, _start?.Values[0], rows.IsFull ? LeadOf(rows, need) : null);
            Densities.Note(_query.Query, lead, (double)rows.Count / partitions);
        }
    }

    /// <summary>
    /// Rows that PostgreSQL takes for equal to the cursor's may come before it by what DuckDB alone compares: they are the first that PostgreSQL sends, all of them, and as many more are read in
    /// their place.
    /// </summary>
    private async Task<IReadOnlyList<DuckDb.Vectors.DataChunk>> ReadFirstAsync(
        HotScan hot, Expression known, FirstRows? first, IReadOnlyList<Expression> conditions, int need)
    {
        var chunks = await SelectAsync(hot, null, conditions, need);
        var wanted = chunks.Sum(chunk => chunk.Count);
        var sent = hot.Statistics.Rows;
        if (first is not { IsWhole: false } || _start is null || wanted >= need || sent < first.Count)
        {
            return chunks;
        }

        chunks.ForEach(chunk => chunk.Dispose());
        return await SelectAsync(_tiers.HotScan(_query.Layout.ReadSchema, known, first with { Count = need + (sent - wanted) }), null, conditions, need);
    }

    /// <summary>Planned when it is its turn: behind a full page there is mostly no file left that could matter, which the manifests' summaries tell.</summary>
    private async Task ReadColdAsync(SortedRows rows, Expression wanted, Expression known, int need)
    {
        var bound = _terms[0].IsKnownToTiers ? BoundOf(rows, need) : Expression.True;
        if (await _tiers.PlanAsync(_query.Layout.Read, Expression.And(known, bound)) is not { } scan)
        {
            return;
        }

        var order = new ColdOrder(scan, _terms[0]);
        while (true)
        {
            if (rows.IsFull)
            {
                order.StopBehind(LeadOf(rows, need));
            }

            if (order.IsOver)
            {
                return;
            }

            rows.Add(await SelectAsync(null, _tiers.Part(scan, order.Take(need - rows.Count)), [wanted, BoundOf(rows, need)], need));
        }
    }

    private Task<List<DuckDb.Vectors.DataChunk>> SelectAsync(HotScan? hot, ColdScan? cold, IReadOnlyList<Expression> conditions, int need) =>
        _tiers.ReadAsync(hot, cold, _query.Layout, relation => _query.Select(relation, _terms, conditions, need));

    /// <summary>What rows have to meet that could still come before the last one.</summary>
    private Expression BoundOf(SortedRows rows, int need) => rows.IsFull ? Keyset.UpTo(_terms[0], LeadOf(rows, need)) : Expression.True;

    private Literal? LeadOf(SortedRows rows, int need) => Value(rows, need - 1, 0);

    private Literal? Value(SortedRows rows, int row, int term) =>
        CellLiterals.Read(rows[row].Chunk.Vector(_query.Columns[term]), rows[row].Row, _terms[term].Type);

    private bool IsAt(SortedRows rows, int row, RowCursor cursor)
    {
        for (var i = 0; i < _terms.Count; i++)
        {
            if (!CellLiterals.AreEqual(Value(rows, row, i), cursor.Values[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="includesEnd">Whether rows equal to the end are wanted, or some of them.</param>
    /// <param name="known">As far as both tiers can say it by themselves.</param>
    private Expression Conditions(bool includesEnd, bool known)
    {
        Func<IReadOnlyList<RowTerm>, IReadOnlyList<Literal?>, bool, Expression> from = known ? Keyset.KnownFrom : Keyset.From;
        return Expression.And(
            _query.Query.Filter,
            _start is null ? Expression.True : from(_terms, _start.Values, IncludesStart),
            _end is null ? Expression.True : from([.. _terms.Select(term => term.Reversed)], _end.Values, includesEnd));
    }

    /// <summary>Backward, none of the rows equal to the first of them comes before it.</summary>
    private bool IncludesStart => _start is not null && (!_page.IsBackward || _start.Occurrence > 1);

    /// <summary>How many of the rows equal to the start are passed over.</summary>
    private async Task<long> SkippedAsync() => !IncludesStart ? 0
        : !_page.IsBackward ? _start!.Occurrence
        : Math.Max(0, await CountAtAsync(_start!.Values) - (_start.Occurrence - 1));

    /// <summary>How many of the rows equal to the end are wanted.</summary>
    private async Task<long> TakenAtEndAsync()
    {
        if (_end is null)
        {
            return 0;
        }

        var isSame = _start is not null && _start.IsAt(_end);
        var (after, before) = _page.IsBackward ? (_end, _start) : (_start, _end);
        return isSame ? before!.Occurrence - 1 - after!.Occurrence
            : !_page.IsBackward ? _end.Occurrence - 1
            : await CountAtAsync(_end.Values) - _end.Occurrence;
    }

    /// <summary>Rows equal to the end come last: past how many of them there are none that are wanted.</summary>
    private int EndOf(SortedRows rows, int first, long fromEnd)
    {
        var row = first;
        while (row < rows.Count && !IsAt(rows, row, _end!))
        {
            row++;
        }

        return (int)Math.Min(rows.Count, row + Math.Max(0, fromEnd));
    }

    /// <summary>Which one of the rows equal to it the page's first row is.</summary>
    /// <param name="rows">Of the page, in the query's order.</param>
    /// <param name="isSplit">Read backward: whether there is an equal row right before the page.</param>
    private async Task<long> FirstOccurrenceAsync(SortedRows rows, bool isSplit)
    {
        var after = _page.IsBackward ? _end : _start;
        if (after is not null && !isSplit && IsAt(rows, 0, after))
        {
            return after.Occurrence + 1;
        }

        if (!isSplit)
        {
            return 1;
        }

        var equal = 1;
        while (equal < rows.Count && rows.AreEqual(0, equal))
        {
            equal++;
        }

        return _start is not null && IsAt(rows, 0, _start)
            ? _start.Occurrence - equal
            : await CountAtAsync([.. Enumerable.Range(0, _terms.Count).Select(term => Value(rows, 0, term))]) - equal + 1;
    }

    private Task<long> CountAtAsync(IReadOnlyList<Literal?> values) => RowCounter.CountAsync(
        _tiers, _query.Layout, Expression.And(_query.Query.Filter, Keyset.At(_terms, values)), Expression.And(_query.Query.Filter, Keyset.KnownAt(_terms, values)));
}
