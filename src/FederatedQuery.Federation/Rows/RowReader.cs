using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Reads typed rows of one table over both tiers. Every read goes through one session: its own, or one that the caller has opened for all that a request reads. Every failure is a
/// <see cref="FederatedQueryException"/>, but for the caller's own cancellation; QUERY_TIMEOUT is around each read. Thread-safe.
/// </summary>
public sealed class RowReader(
    DuckDbEngine engine, ColdTables coldTables, HotScanRegistry hotScans, PostgresConnections connections, ColdBudgets budgets, HotConnectionGate hotConnections,
    ReadTelemetry telemetry, KeptGroups keptGroups, IOptions<QueryOptions> options, TimeProvider time)
{
    private readonly QueryOptions _options = options.Value;
    private readonly ReadParts _parts = new(coldTables, hotScans, budgets, options.Value, keptGroups, time);
    private readonly BoundedRun _bounded = new(options.Value.Timeout, time, telemetry);

    private readonly PageDensities _densities = new();

    internal StreamSizes StreamSizes { get; set; } = new();

    /// <summary>Of the hot rows that a page looks through at a time.</summary>
    internal long LeastWindowRows { get; set; } = 10_000;

    /// <summary>Opens a session for all that one request reads of some tables. Holds a connection to PostgreSQL until it is disposed of.</summary>
    /// <param name="tables">All that will be read.</param>
    /// <param name="caller">Whose budget of cold bytes the reads draw on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RowSession> OpenAsync(IReadOnlyCollection<RegisteredTable> tables, Caller caller, CancellationToken cancellationToken) =>
        OpenAsync(tables, caller, null, cancellationToken);

    /// <param name="tables">All that will be read.</param>
    /// <param name="caller">Whose budget of cold bytes the reads draw on.</param>
    /// <param name="question">Asked of PostgreSQL as of the session's snapshot; null: nothing is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="OpenAsync(IReadOnlyCollection{RegisteredTable}, Caller, CancellationToken)"/>
    public Task<RowSession> OpenAsync(IReadOnlyCollection<RegisteredTable> tables, Caller caller, SessionQuestion? question, CancellationToken cancellationToken) =>
        _bounded.RunAsync(null, DataSource.Federated, cancellationToken, (_, token) => OpenSessionAsync(tables, caller, token, question), BoundedRun.SessionSpan);

    /// <summary>One page of a query's rows.</summary>
    /// <exception cref="FederatedQueryException">BadArgument: a cursor is broken or of another query, or the query does not suit the table.</exception>
    public Task<RowPage> ReadPageAsync(RowQuery query, PageRequest page, CancellationToken cancellationToken) =>
        InOwnSessionAsync(query, cancellationToken, (session, token) => ReadPageCoreAsync(session, query, page, token));

    /// <inheritdoc cref="ReadPageAsync(RowQuery, PageRequest, CancellationToken)"/>
    public Task<RowPage> ReadPageAsync(RowSession session, RowQuery query, PageRequest page, CancellationToken cancellationToken) =>
        InSessionAsync(session, query, cancellationToken, token => ReadPageCoreAsync(session, query, page, token));

    /// <summary>How many rows match the filter. By metadata alone where that is exact.</summary>
    public Task<RowCount> CountAsync(RowQuery query, CancellationToken cancellationToken) =>
        InOwnSessionAsync(query, cancellationToken, (session, token) => CountCoreAsync(session, query, token));

    /// <inheritdoc cref="CountAsync(RowQuery, CancellationToken)"/>
    public Task<RowCount> CountAsync(RowSession session, RowQuery query, CancellationToken cancellationToken) =>
        InSessionAsync(session, query, cancellationToken, token => CountCoreAsync(session, query, token));

    /// <summary>All rows whose values in some columns are one of those given, in the query's order.</summary>
    /// <param name="query">Its page has no further ones.</param>
    /// <param name="fields">Field ids of the columns, as of a key.</param>
    /// <param name="keys">Values in the order of <paramref name="fields"/>, none of them NaN.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RowPage> ReadByKeyAsync(RowQuery query, ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> keys, CancellationToken cancellationToken) =>
        InOwnSessionAsync(query, cancellationToken, (session, token) => ReadByKeyCoreAsync(session, query, fields, keys, token));

    /// <inheritdoc cref="ReadByKeyAsync(RowQuery, ImmutableArray{int}, IReadOnlyList{ImmutableArray{Literal}}, CancellationToken)"/>
    public Task<RowPage> ReadByKeyAsync(
        RowSession session, RowQuery query, ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> keys, CancellationToken cancellationToken) =>
        InSessionAsync(session, query, cancellationToken, token => ReadByKeyCoreAsync(session, query, fields, keys, token));

    /// <summary>A page of each of many parents' rows, by one statement for each tier.</summary>
    /// <param name="query">Of the rows, whichever parent they have.</param>
    /// <param name="fields">The columns that refer to the parent.</param>
    /// <param name="parents">Their values in the order of <paramref name="fields"/>, none of them NaN.</param>
    /// <param name="page">Of each parent's rows; forward, without <see cref="PageRequest.Before"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ParentPages> ReadPagesPerParentAsync(
        RowQuery query, ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> parents, PageRequest page, CancellationToken cancellationToken) =>
        InOwnSessionAsync(query, cancellationToken, (session, token) => ReadPerParentCoreAsync(session, query, fields, parents, page, token));

    /// <inheritdoc cref="ReadPagesPerParentAsync(RowQuery, ImmutableArray{int}, IReadOnlyList{ImmutableArray{Literal}}, PageRequest, CancellationToken)"/>
    public Task<ParentPages> ReadPagesPerParentAsync(
        RowSession session, RowQuery query, ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> parents, PageRequest page, CancellationToken cancellationToken) =>
        InSessionAsync(session, query, cancellationToken, token => ReadPerParentCoreAsync(session, query, fields, parents, page, token));

    private Task<RowPage> ReadByKeyCoreAsync(
        RowSession session, RowQuery query, ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> keys, CancellationToken cancellationToken) =>
        WithTiersAsync(session, query.Table, cancellationToken, tiers => new KeyedReader(tiers, query, _options.MaximumAnswerBytes).ReadByKeyAsync(fields, keys));

    private Task<ParentPages> ReadPerParentCoreAsync(
        RowSession session, RowQuery query, ImmutableArray<int> fields, IReadOnlyList<ImmutableArray<Literal>> parents, PageRequest page, CancellationToken cancellationToken)
    {
        CheckCount(page);
        return page is { IsBackward: false, Before: null }
            ? WithTiersAsync(session, query.Table, cancellationToken, tiers => new KeyedReader(tiers, query, _options.MaximumAnswerBytes).ReadPerParentAsync(fields, parents, page))
            : throw new FederatedQueryException(FailureKind.BadArgument, "Pages of related rows are read forward only: use `first` and `after`.");
    }

    private static void CheckCount(PageRequest page)
    {
        if (page.Count < 1)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"A page of {page.Count} rows is asked for; it must be 1 or more.");
        }
    }

    /// <summary>All rows of a query in its order, as they are read, in bounded memory. Nothing happens before the first batch is asked for; dispose of it in any case.</summary>
    /// <param name="query">Its cursors and those of pages are the same.</param>
    /// <param name="after">A cursor: only rows behind it; null: from the first.</param>
    /// <param name="session">To read through; null: sessions of its own, for streams that may go on for long.</param>
    /// <exception cref="FederatedQueryException">BadArgument: the cursor is broken or of another query, or the query does not suit the table.</exception>
    public RowStream OpenStream(RowQuery query, string? after, RowSession? session = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new RowStream(engine, _parts, token => OpenSessionAsync([query.Table], query.Caller, token), session, new ResolvedQuery(query), after, StreamSizes, time);
    }

    /// <summary>All rows of a query in its order, batch by batch; each is disposed of when the next is asked for.</summary>
    /// <inheritdoc cref="OpenStream"/>
    public async IAsyncEnumerable<RowBatch> StreamAsync(RowQuery query, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = OpenStream(query, after);
        while (await stream.ReadAsync(cancellationToken) is { } batch)
        {
            using (batch)
            {
                yield return batch;
            }
        }
    }

    /// <summary>Figures of groups of a table's rows.</summary>
    /// <exception cref="FederatedQueryException">BadArgument: the query does not suit the table.</exception>
    public Task<AggregateRows> AggregateAsync(AggregateQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return InOwnSessionAsync(
            new RowQuery { Table = query.Table, Caller = query.Caller }, cancellationToken, (session, token) => AggregateCoreAsync(session, query, token));
    }

    /// <inheritdoc cref="AggregateAsync(AggregateQuery, CancellationToken)"/>
    public Task<AggregateRows> AggregateAsync(RowSession session, AggregateQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return InSessionAsync(session, new RowQuery { Table = query.Table }, cancellationToken, token => AggregateCoreAsync(session, query, token));
    }

    private Task<AggregateRows> AggregateCoreAsync(RowSession session, AggregateQuery query, CancellationToken cancellationToken) => WithTiersAsync(
        session, query.Table, cancellationToken, tiers => new AggregateReader(tiers, query).ReadAsync(_options.MaximumAnswerBytes));

    private Task<RowPage> ReadPageCoreAsync(RowSession session, RowQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        CheckCount(page);
        var resolved = new ResolvedQuery(query);
        return WithTiersAsync(session, query.Table, cancellationToken, tiers => new PageReader(tiers, resolved, page, _options.MaximumAnswerBytes) { LeastWindowRows = LeastWindowRows, Densities = _densities }.ReadAsync());
    }

    private Task<RowCount> CountCoreAsync(RowSession session, RowQuery query, CancellationToken cancellationToken)
    {
        // A relation has a column at least.
        var layout = new RowLayout(query.Table, [query.Table.Schema.Fields[0].Id], [], query.Filter);
        return WithTiersAsync(session, query.Table, cancellationToken, async tiers =>
        {
            var started = Stopwatch.GetTimestamp();
            var count = await RowCounter.CountAsync(tiers, layout, query.Filter, query.Filter);
            return new RowCount(count, tiers.Report(started));
        });
    }

    private async Task<T> WithTiersAsync<T>(RowSession session, RegisteredTable table, CancellationToken cancellationToken, Func<TierReader, Task<T>> read)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        return await read(new TierReader(_parts, session, table, lease.Connection, cancellationToken));
    }

    private Task<T> InOwnSessionAsync<T>(RowQuery query, CancellationToken cancellationToken, Func<RowSession, CancellationToken, Task<T>> read) =>
        _bounded.RunAsync(null, query.Table.DataSource, cancellationToken, async (_, token) =>
        {
            await using var session = await OpenSessionAsync([query.Table], query.Caller, token);
            return await read(session, token);
        });

    private Task<T> InSessionAsync<T>(RowSession session, RowQuery query, CancellationToken cancellationToken, Func<CancellationToken, Task<T>> read)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.Covers(query.Table)
            ? _bounded.RunAsync(null, query.Table.DataSource, cancellationToken, (_, token) => read(token))
            : throw new ArgumentException($"The session was not opened for table '{query.Table}'.", nameof(session));
    }

    private async Task<RowSession> OpenSessionAsync(IReadOnlyCollection<RegisteredTable> tables, Caller caller, CancellationToken cancellationToken, SessionQuestion? question = null)
    {
        var place = await hotConnections.EnterAsync(1, cancellationToken);
        try
        {
            return new RowSession(await ReadSession.OpenAsync(connections, coldTables, tables, _options.Timeout, exactly: false, question, cancellationToken), place, tables, caller);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}
