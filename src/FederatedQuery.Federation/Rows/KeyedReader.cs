using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>Reads the rows of many keys at once, or the first rows of many parents, by one statement for each tier.</summary>
internal sealed class KeyedReader(TierReader tiers, RowQuery query, int maximumBytes)
{
    /// <param name="fields">Columns of the key.</param>
    /// <param name="keys">Values in the order of <paramref name="fields"/>.</param>
    public async Task<RowPage> ReadByKeyAsync(ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> keys)
    {
        var started = Stopwatch.GetTimestamp();
        var names = fields.Select(id => RowLayout.Find(query.Table, id).Name).ToList();
        var resolved = new ResolvedQuery(query with { Filter = Expression.And(query.Filter, KeyFilter(names, keys)) });
        var rows = new SortedRows(new CellComparer(resolved.Terms, resolved.Columns), int.MaxValue);
        try
        {
            var filter = resolved.Query.Filter;
            if (tiers.HasHot && keys.Count > 0)
            {
                rows.Add(await tiers.ReadAsync(tiers.HotScan(resolved.Layout.ReadSchema, filter), null, resolved.Layout, Select));
            }

            // A key that was found is not looked for a second time where it cannot be there again.
            var isUnique = RowKeys.Of(query.Table) is { } key && key.All(fields.Contains);
            if (keys.Count > 0 && !(isUnique && query.Filter == Expression.True && rows.Count >= keys.Distinct(KeyComparer.Instance).Count())
                && await tiers.PlanAsync(resolved.Layout.Read, filter) is { } cold)
            {
                rows.Add(await tiers.ReadAsync(null, cold, resolved.Layout, Select));
            }

            var block = new RowBlock(rows, resolved.Layout.Visible, new ResolvedQuery(query), resolved.Columns, maximumBytes);
            return new RowPage(block, 0, rows.Count, 1, ownsBlock: true) { HasNext = false, HasPrevious = false, Reading = tiers.Report(started) };

            string Select(string relation) => resolved.Select(relation, resolved.Terms, [filter], limit: null);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <param name="fields">The columns that refer to the parent.</param>
    /// <param name="parents">Their values, in the order of <paramref name="fields"/>.</param>
    /// <param name="page">Of each parent's rows; forward.</param>
    public async Task<ParentPages> ReadPerParentAsync(ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> parents, PageRequest page)
    {
        var started = Stopwatch.GetTimestamp();
        var alone = new ResolvedQuery(query);
        var after = page.After is { } text ? RowCursor.Parse("after", text, alone.Terms, alone.Digest) : null;
        var need = checked(page.Count + 1 + (int)(after?.Occurrence ?? 0));
        var distinct = parents.Distinct(KeyComparer.Instance).ToList();

        // Parent by parent, and in the query's order within each.
        var columns = fields.Select(id => RowLayout.Find(query.Table, id)).ToList();
        var names = columns.ConvertAll(column => column.Name);
        var grouped = new ResolvedQuery(query, [.. columns.Select(column => RowTerm.Of(column, descending: false)), .. alone.Terms.Where(term => !fields.Contains(term.Field.Id))]);
        var known = Expression.And(query.Filter, ColumnFilter(names, distinct), after is null ? Expression.True : Keyset.KnownFrom(alone.Terms, after.Values, includesEqual: true));
        var wanted = Expression.And(query.Filter, KeyFilter(names, distinct), after is null ? Expression.True : Keyset.From(alone.Terms, after.Values, includesEqual: true));
        var rows = new SortedRows(new CellComparer(grouped.Terms, grouped.Columns), int.MaxValue);
        try
        {
            if (tiers.HasHot && distinct.Count > 0)
            {
                var order = grouped.Terms.Skip(fields.Length).TakeWhile(term => term.IsKnownToTiers).Select(term => new HotOrder(term.Name, term.Descending)).ToList();
                var isWhole = order.Count == grouped.Terms.Length - fields.Length;

                // Of rows that PostgreSQL takes for equal to the cursor's, some may come before it, and are none of the first.
                var first = order.Count == 0 || (after is not null && !isWhole) ? null : new FirstRows(order, isWhole, need) { Each = new EachValue(names, distinct) };
                rows.Add(await tiers.ReadAsync(tiers.HotScan(grouped.Layout.ReadSchema, known, first), null, grouped.Layout, relation => Select(relation, wanted)));
            }

            var bound = BoundOf(rows, grouped, fields.Length, distinct.Count, need);
            if (distinct.Count > 0 && await tiers.PlanAsync(grouped.Layout.Read, Expression.And(known, bound.Known)) is { } cold)
            {
                rows.Add(await tiers.ReadAsync(null, cold, grouped.Layout, relation => Select(relation, Expression.And(wanted, bound.Wanted))));
            }

            var terms = alone.Terms.Select(term => grouped.Columns[grouped.Terms.Index().First(other => other.Item.Field.Id == term.Field.Id).Index]).ToImmutableArray();
            return Split(new RowBlock(rows, grouped.Layout.Visible, alone, terms, maximumBytes), rows, grouped, fields.Length, after, terms, alone, page, tiers.Report(started));
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        string Select(string relation, Expression condition)
        {
            var layout = grouped.Layout;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT {grouped.Outputs} FROM {relation}{grouped.Where([condition])} QUALIFY row_number() OVER (PARTITION BY {string.Join(", ", grouped.Terms.Take(fields.Length).Select(layout.Sql))} ORDER BY {RowLayout.OrderBy(layout, grouped.Terms.Skip(fields.Length).DefaultIfEmpty(grouped.Terms[0]))}) <= {need} ORDER BY {RowLayout.OrderBy(layout, grouped.Terms)}");
        }
    }

    /// <summary>Where every parent has rows enough, only such matter yet as could come before the last of one of them.</summary>
    private static (Expression Wanted, Expression Known) BoundOf(SortedRows rows, ResolvedQuery grouped, int keys, int parents, int need)
    {
        if (grouped.Terms.Length <= keys || rows.Count < (long)parents * need)
        {
            return (Expression.True, Expression.True);
        }

        var lead = grouped.Terms[keys];
        var (full, farthest) = (0, default((Literal? Value, bool IsSet)));
        for (int start = 0, end; start < rows.Count; start = end)
        {
            end = EndOfParent(rows, grouped, keys, start);
            if (end - start < need)
            {
                return (Expression.True, Expression.True);
            }

            full++;
            var (chunk, row) = rows[start + need - 1];
            var value = CellLiterals.Read(chunk.Vector(grouped.Columns[keys]), row, lead.Type);
            farthest = !farthest.IsSet || IsBehind(lead, value, farthest.Value) ? (value, true) : farthest;
        }

        var bound = full == parents ? Keyset.UpTo(lead, farthest.Value) : Expression.True;
        return (bound, lead.IsKnownToTiers ? bound : Expression.True);
    }

    private static bool IsBehind(RowTerm lead, Literal? value, Literal? than)
    {
        // Null is above everything, and NaN above all numbers.
        var order = (value, than) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            ({ } one, { } other) => one.CompareTo(other),
        };
        return lead.Descending ? order < 0 : order > 0;
    }

    private static int EndOfParent(SortedRows rows, ResolvedQuery grouped, int keys, int start)
    {
        var end = start + 1;
        while (end < rows.Count && HaveSameParent(rows, grouped, keys, start, end))
        {
            end++;
        }

        return end;
    }

    private static bool HaveSameParent(SortedRows rows, ResolvedQuery grouped, int keys, int row, int other)
    {
        for (var key = 0; key < keys; key++)
        {
            if (!CellLiterals.AreEqual(KeyOf(rows, grouped, key, row), KeyOf(rows, grouped, key, other)))
            {
                return false;
            }
        }

        return true;
    }

    private static Literal? KeyOf(SortedRows rows, ResolvedQuery grouped, int key, int row)
    {
        var (chunk, index) = rows[row];
        return CellLiterals.Read(chunk.Vector(grouped.Columns[key]), index, grouped.Terms[key].Type);
    }

    private static ParentPages Split(
        RowBlock block, SortedRows rows, ResolvedQuery grouped, int keys, RowCursor? after, ImmutableArray<int> columns, ResolvedQuery alone, PageRequest page, RowReport report)
    {
        var pages = new Dictionary<ImmutableArray<Literal>, RowPage>(KeyComparer.Instance);
        for (int start = 0, end; start < rows.Count; start = end)
        {
            end = EndOfParent(rows, grouped, keys, start);
            var first = start;
            while (after is not null && first < end && first - start < after.Occurrence && IsAt(rows[first], alone.Terms, columns, after))
            {
                first++;
            }

            var count = Math.Min(page.Count, end - first);
            var occurrence = after is not null && count > 0 && IsAt(rows[first], alone.Terms, columns, after) ? after.Occurrence + 1 : 1;
            var parent = start;
            pages[[.. Enumerable.Range(0, keys).Select(key => KeyOf(rows, grouped, key, parent)!.Value)]] = new RowPage(block, first, count, occurrence, ownsBlock: false)
            {
                HasNext = end - first > count,
                HasPrevious = page.After is not null,
                Reading = report,
            };
        }

        return new ParentPages(block, pages, new RowPage(block, 0, 0, 1, ownsBlock: false) { HasNext = false, HasPrevious = page.After is not null, Reading = report });
    }

    private static bool IsAt((SortedChunk Chunk, int Row) row, ImmutableArray<RowTerm> terms, ImmutableArray<int> columns, RowCursor cursor) =>
        cursor.IsAt(CellLiterals.CursorOf(row.Chunk, row.Row, terms, columns, 1));

    /// <summary>Each column by itself, by which files and partitions are left out, then the keys as they are.</summary>
    private static Expression KeyFilter(List<string> names, IReadOnlyList<ImmutableArray<Literal>> keys) => names.Count == 1
        ? ColumnFilter(names, keys)
        : Expression.And(
            ColumnFilter(names, keys),
            Expression.Or(keys.Distinct(KeyComparer.Instance).Select(key => Expression.And(names.Select((name, i) => Expression.Equal(name, key[i]))))));

    private static Expression ColumnFilter(List<string> names, IReadOnlyList<ImmutableArray<Literal>> keys) =>
        Expression.And(names.Select((name, i) => Expression.In(name, [.. keys.Select(key => key[i]).Distinct()])));
}
