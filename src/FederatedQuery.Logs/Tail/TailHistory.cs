using System.Collections.Immutable;
using System.Text;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Hot.Control.Logs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs.Search;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// Stored records of both tiers for one subscriber, a page at a time, each in a read session of its own: a subscriber that reads slowly holds no locks. What is stored in
/// the meantime is left out by its batch, and comes later.
/// </summary>
internal sealed class TailHistory(RowReader rows, TableRegistry registry, StoredBatches stored, IOptions<LogTailOptions> options)
{
    private readonly int _pageRows = options.Value.PageRows;

    /// <summary>The newest records by time, as many as <see cref="TailRequest.Replay"/> asks for, in the order of time.</summary>
    /// <returns>They, and where to go on after them.</returns>
    public async Task<(IReadOnlyList<TailEvent> Events, TailCursor Next)> NewestAsync(TailRequest request, CancellationToken cancellationToken)
    {
        var later = new LaterBatches(stored, await stored.NewestAsync(cancellationToken));
        var (records, _) = await ReadPageAsync(
            request, request.Filter, descending: false, new PageRequest { Count = request.Replay, IsBackward = true }, cancellationToken);
        return (await EventsAsync(records, later, since: null, cancellationToken), TailCursor.AfterBatch(later.Batch));
    }

    /// <summary>The page that follows a place in the order of time.</summary>
    /// <param name="position">Of that order.</param>
    /// <param name="later">The batches after the position's.</param>
    public async Task<(IReadOnlyList<TailEvent> Events, TailCursor Next)> ReadAsync(
        TailRequest request, TailCursor position, LaterBatches later, CancellationToken cancellationToken)
    {
        var filter = Expression.And(
            request.Filter, After(position), position.Since is { } since ? Expression.GreaterThan(LogTable.KeyColumn, Literal.Uuid(since)) : Expression.True);
        var (records, hasMore) = await ReadPageAsync(request, filter, descending: false, new PageRequest { Count = _pageRows }, cancellationToken);
        return (await EventsAsync(records, later, position.Since, cancellationToken), Next(records, hasMore, later, position.Since));
    }

    /// <summary>What follows a record of a page of logs in the order of time, as the page could have shown it; what was stored after the page was read comes later, whenever it happened.</summary>
    /// <param name="cursor">As a page gave it, of records with the request's filter ordered by time.</param>
    /// <exception cref="FederatedQueryException">BadArgument: it is another, or broken.</exception>
    public async Task<(IReadOnlyList<TailEvent> Events, TailCursor Next)> AfterPageAsync(TailRequest request, string cursor, CancellationToken cancellationToken)
    {
        var (row, batch) = LogPageCursor.Split(cursor);
        var newest = await stored.NewestAsync(cancellationToken);
        var later = new LaterBatches(stored, Math.Min(batch ?? newest, newest));
        if (!await later.AreRememberedAsync(cancellationToken))
        {
            later = new LaterBatches(stored, newest);
        }

        var (records, hasMore) = await ReadAfterPageAsync(request, row, cancellationToken);
        return (await EventsAsync(records, later, since: null, cancellationToken), Next(records, hasMore, later, since: null));
    }

    /// <summary>The records of batches, from both tiers.</summary>
    /// <param name="batches">By number.</param>
    public async Task<IReadOnlyList<TailBatch>> ReadBatchesAsync(TailRequest request, IReadOnlyList<LogBatch> batches, CancellationToken cancellationToken)
    {
        var sorting = new BatchSorting(batches);
        var inRange = Expression.And(
            Expression.GreaterThanOrEqual(LogTable.TimeColumn, Literal.Timestamptz(sorting.LeastMicros)),
            Expression.LessThanOrEqual(LogTable.TimeColumn, Literal.Timestamptz(sorting.GreatestMicros)),
            Expression.GreaterThanOrEqual(LogTable.KeyColumn, Literal.Uuid(sorting.FirstId)),
            Expression.LessThanOrEqual(LogTable.KeyColumn, Literal.Uuid(sorting.LastId)));
        var (after, hasMore) = (Expression.True, true);
        while (hasMore)
        {
            (var records, hasMore) = await ReadPageAsync(
                request, Expression.And(inRange, after), descending: false, new PageRequest { Count = _pageRows }, cancellationToken);
            records.ForEach(sorting.Add);
            after = records.Count == 0 ? after : After(TailCursor.InTime(0, records[^1].Id, records[^1].TimestampMicros));
        }

        return sorting.Sorted();
    }

    private static Expression After(TailCursor position)
    {
        if (position.TimestampMicros == long.MinValue)
        {
            return Expression.True;
        }

        var time = Literal.Timestamptz(position.TimestampMicros);
        return Expression.And(
            Expression.GreaterThanOrEqual(LogTable.TimeColumn, time),
            Expression.Or(Expression.GreaterThan(LogTable.TimeColumn, time), Expression.GreaterThan(LogTable.KeyColumn, Literal.Uuid(position.Id))));
    }

    private static TailCursor Next(List<TailRecord> records, bool hasMore, LaterBatches later, Guid? since) => hasMore && records.Count > 0
        ? TailCursor.InTime(later.Batch, records[^1].Id, records[^1].TimestampMicros, since)
        : TailCursor.AfterBatch(later.Batch);

    private static async Task<IReadOnlyList<TailEvent>> EventsAsync(
        List<TailRecord> records, LaterBatches later, Guid? since, CancellationToken cancellationToken)
    {
        // Known after the page was read: what the page shows of later batches is among them.
        await later.RefreshAsync(cancellationToken);
        return
        [
            .. records.Where(record => !later.Contains(record.Id))
                .Select(record => new TailEvent(record, TailCursor.InTime(later.Batch, record.Id, record.TimestampMicros, since), 0)),
        ];
    }

    private async Task<(List<TailRecord> Records, bool HasMore)> ReadAfterPageAsync(TailRequest request, string cursor, CancellationToken cancellationToken)
    {
        try
        {
            // What is newer than a record comes before it on pages that begin with the newest.
            var (records, hasMore) = await ReadPageAsync(
                request, request.Filter, descending: true, new PageRequest { Count = _pageRows, Before = cursor, IsBackward = true }, cancellationToken);
            records.Reverse();
            return (records, hasMore);
        }
        catch (FederatedQueryException error) when (error.Kind == FailureKind.BadArgument)
        {
            return await ReadPageAsync(request, request.Filter, descending: false, new PageRequest { Count = _pageRows, After = cursor }, cancellationToken);
        }
    }

    private async Task<(List<TailRecord> Records, bool HasMore)> ReadPageAsync(
        TailRequest request, Expression filter, bool descending, PageRequest page, CancellationToken cancellationToken)
    {
        var table = await registry.RequireAsync(RegisteredTable.DefaultNamespace, LogTable.Name, cancellationToken);
        ImmutableArray<int> columns = [.. LogTable.Schema.Fields.Select(field => FieldOf(table, field.Name))];
        using var read = await rows.ReadPageAsync(
            new RowQuery
            {
                Table = table,
                Filter = filter,
                Order = [new RowOrder(FieldOf(table, LogTable.TimeColumn), descending)],
                Columns = columns,
                Key = [FieldOf(table, LogTable.KeyColumn)],
                Caller = request.Caller,
            },
            page, cancellationToken);
        var records = new List<TailRecord>(read.RowCount);
        var texts = new TailRecord.TextBuilder();
        for (var row = 0; row < read.RowCount; row++)
        {
            records.Add(Record(read, row, texts));
        }

        return (records, page.IsBackward ? read.HasPrevious : read.HasNext);
    }

    private static TailRecord Record(RowPage page, int row, TailRecord.TextBuilder texts)
    {
        for (var i = 0; i < TailRecord.TextFields; i++)
        {
            if (page.Value(row, TailRecord.FirstTextField - 1 + i) is { } text)
            {
                texts.Add(Encoding.UTF8.GetBytes(text.AsString));
            }
            else
            {
                texts.AddNull();
            }
        }

        return new TailRecord(page.Value(row, 0)!.Value.AsUuid, page.Value(row, 1)!.Value.AsLong, texts);
    }

    private static int FieldOf(RegisteredTable table, string name) => table.Schema.Fields.FirstOrDefault(field => field.Name == name)?.Id
        ?? throw new FederatedQueryException(FailureKind.UnknownTable, $"Table '{LogTable.Name}' has no column '{name}': it is not the table of log records.");
}
