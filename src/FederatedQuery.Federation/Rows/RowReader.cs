using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// Reads typed rows of one table over both tiers. Every read goes through one session: its own, or one that the caller has opened for all that a request reads. Every failure is a
/// <see cref="FederatedQueryException"/>, but for the caller's own cancellation; QUERY_TIMEOUT is around each read. Thread-safe.
/// </summary>
public sealed class RowReader(
    DuckDbEngine engine, ColdTables coldTables, HotScanRegistry hotScans, PostgresConnections connections, ColdBudgets budgets, HotConnectionGate hotConnections,
    IOptions<QueryOptions> options, TimeProvider time)
{
    private readonly QueryOptions _options = options.Value;
    private readonly ReadParts _parts = new(coldTables, hotScans, budgets, options.Value);
    private readonly BoundedRun _bounded = new(options.Value.Timeout, time);

    /// <summary>Opens a session for all that one request reads of some tables. Holds a connection to PostgreSQL until it is disposed of.</summary>
    /// <param name="tables">All that will be read.</param>
    /// <param name="caller">Whose budget of cold bytes the reads draw on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RowSession> OpenAsync(IReadOnlyCollection<RegisteredTable> tables, Caller caller, CancellationToken cancellationToken) =>
        _bounded.RunAsync(null, cancellationToken, (_, token) => OpenSessionAsync(tables, caller, token));

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

    private Task<RowPage> ReadPageCoreAsync(RowSession session, RowQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        if (page.Count < 1)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"A page of {page.Count} rows is asked for; it must be 1 or more.");
        }

        var resolved = new ResolvedQuery(query);
        return WithTiersAsync(session, query.Table, cancellationToken, tiers => new PageReader(tiers, resolved, page, _options.MaximumAnswerBytes).ReadAsync());
    }

    private Task<RowCount> CountCoreAsync(RowSession session, RowQuery query, CancellationToken cancellationToken)
    {
        // A relation has a column at least.
        var layout = new RowLayout(query.Table, [query.Table.Schema.Fields[0].Id], [], query.Filter);
        return WithTiersAsync(session, query.Table, cancellationToken, async tiers =>
        {
            var count = await RowCounter.CountAsync(tiers, layout, query.Filter, query.Filter);
            return new RowCount(count, tiers.Source, tiers.Report);
        });
    }

    private async Task<T> WithTiersAsync<T>(RowSession session, RegisteredTable table, CancellationToken cancellationToken, Func<TierReader, Task<T>> read)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        return await read(new TierReader(_parts, session, table, lease.Connection, cancellationToken));
    }

    private Task<T> InOwnSessionAsync<T>(RowQuery query, CancellationToken cancellationToken, Func<RowSession, CancellationToken, Task<T>> read) =>
        _bounded.RunAsync(null, cancellationToken, async (_, token) =>
        {
            await using var session = await OpenSessionAsync([query.Table], query.Caller, token);
            return await read(session, token);
        });

    private Task<T> InSessionAsync<T>(RowSession session, RowQuery query, CancellationToken cancellationToken, Func<CancellationToken, Task<T>> read)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.Covers(query.Table)
            ? _bounded.RunAsync(null, cancellationToken, (_, token) => read(token))
            : throw new ArgumentException($"The session was not opened for table '{query.Table}'.", nameof(session));
    }

    private async Task<RowSession> OpenSessionAsync(IReadOnlyCollection<RegisteredTable> tables, Caller caller, CancellationToken cancellationToken)
    {
        var place = await hotConnections.EnterAsync(1, cancellationToken);
        try
        {
            return new RowSession(await ReadSession.OpenAsync(connections, coldTables, tables, _options.Timeout, cancellationToken), place, tables, caller);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}
