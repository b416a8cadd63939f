using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Estimates;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Statements;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Queries;

/// <summary>
/// Runs statements over both tiers or one. Steps of a federated query: parse, refuse, resolve tables, open the read session, look for a stored result, plan
/// scans, run the rewritten statement in DuckDB, write its chunks as JSON. Every failure is a <see cref="FederatedQueryException"/>, but for the caller's
/// own cancellation.
/// </summary>
public sealed class QueryService(
    DuckDbEngine engine, TableRegistry registry, ColdTables coldTables, HotScanRegistry hotScans, PostgresConnections connections,
    PostgresStatementRunner statements, ColdBudgets budgets, MaterializedResults materialized, HotConnectionGate hotConnections, ReadTelemetry telemetry,
    IOptions<QueryOptions> options, TimeProvider time)
{
    private readonly QueryOptions _options = options.Value;
    private readonly StatementReader _reader = new(registry, time);
    private readonly StatementRunner _runner = new(budgets, options.Value);
    private readonly StatementTables _tables = new(registry, coldTables, connections, hotConnections, options.Value);
    private readonly BoundedRun _bounded = new(options.Value.Timeout, time, telemetry);

    /// <summary>Runs one SELECT in DuckDB's dialect in which every table is read from both tiers as one.</summary>
    public Task<QueryAnswer> RunFederatedAsync(QueryRequest request, CancellationToken cancellationToken) =>
        BoundedAsync(request, DataSource.Federated, cancellationToken, async (allColumns, token) => (await FederateAsync(request, allColumns, null, token)).Answer);

    /// <summary>Runs one SELECT in DuckDB's dialect over cold tables alone, as they are or were.</summary>
    public Task<QueryAnswer> RunIcebergAsync(QueryRequest request, TimeTravel timeTravel, CancellationToken cancellationToken) =>
        BoundedAsync(request, DataSource.Iceberg, cancellationToken, (allColumns, token) => ReadColdAsync(request, timeTravel, allColumns, token));

    /// <summary>Runs a statement over both tiers and stores all of its rows, to answer it from them while its tables hold the same.</summary>
    /// <param name="timeToLive">How long they answer at most; null: MATERIALIZATION_TTL.</param>
    /// <exception cref="FederatedQueryException">NotAllowed: its answer differs from run to run, is too large, or could not be told to be out of date.</exception>
    public async Task<MaterializedAnswer> MaterializeAsync(QueryRequest request, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        var order = new MaterializationOrder(timeToLive ?? materialized.Options.TimeToLive, IsWhole: true);
        var (answer, stored) = await BoundedAsync(request, DataSource.Federated, cancellationToken, (allColumns, token) => FederateAsync(request, allColumns, order, token));
        answer.Dispose();
        return stored!; // what an order gives
    }

    /// <summary>Drops the stored results of a statement, whatever parameters it was run with.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DropMaterializationAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            return await materialized.DropAsync(await StatementHashAsync(sql, cancellationToken), cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw FailureTranslation.Translate(error, sql);
        }
    }

    /// <summary>Runs one read-only statement on Postgres, in its own dialect, as the role that owns nothing.</summary>
    public Task<QueryAnswer> RunPostgresAsync(QueryRequest request, CancellationToken cancellationToken) =>
        BoundedAsync(request, DataSource.Postgres, cancellationToken, async (_, token) =>
        {
            var started = Stopwatch.GetTimestamp();
            var limit = PostgresLimit(request);
            using var pass = await hotConnections.EnterStatementAsync(token);
            var answer = new PooledBytes(_options.MaximumAnswerBytes);
            try
            {
                await using var rows = await statements.OpenAsync(request.Sql, request.Parameters, limit + 1L, token);
                var (count, truncated) = await JsonRows.WriteAsync(
                    [.. rows.Columns.Select(column => new DuckDBColumn(column.Name, column.Type))], () => rows.ReadChunkAsync(token), answer, limit);
                var elapsed = Stopwatch.GetElapsedTime(started);
                return new QueryAnswer(answer)
                {
                    Columns = [.. rows.Columns.Select(column => new AnswerColumn(column.Name, column.TypeName, true))],
                    RowCount = count,
                    Truncated = truncated,
                    ExecutionTime = elapsed,
                    DataSource = DataSource.Postgres,
                    Report = new QueryReport(new HotReport(rows.Sql, rows.Rows, rows.Bytes, elapsed.TotalMilliseconds), null, rows.Sql),
                };
            }
            catch
            {
                answer.Dispose();
                throw;
            }
        });

    /// <summary>What a statement would cost, by metadata alone: no data file is opened, no row is read, and nothing is charged.</summary>
    /// <param name="request">As it would be run.</param>
    /// <param name="source">How it would be run: federated, or on one tier alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<QueryEstimate> ExplainAsync(QueryRequest request, DataSource source, CancellationToken cancellationToken) =>
        BoundedAsync(request, source, cancellationToken, (_, token) => source switch
        {
            DataSource.Federated => ExplainFederatedAsync(request, token),
            DataSource.Iceberg => ExplainIcebergAsync(request, token),
            DataSource.Postgres => ExplainPostgresAsync(request, token),
            _ => throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"`source` is {source.ToString().ToUpperInvariant()}; it must be FEDERATED, POSTGRES or ICEBERG, as the statement would be run by `federatedQuery`, `postgresQuery` or `icebergQuery`."),
        });

    private async Task<QueryEstimate> ExplainFederatedAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        var read = await _reader.ReadAsync(lease.Connection, request, isWhole: false, cancellationToken);
        var tables = await _reader.ResolveAsync(read.Statement, read.References, cancellationToken);
        _ = _tables.HotPlaces(tables);
        using var pass = await hotConnections.EnterAsync(1, cancellationToken);
        await using var session = await _tables.OpenSessionAsync([.. tables.Select(table => table.Table)], cancellationToken);
        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, cancellationToken);
        await planner.PlanAsync(read.Statement, tables, session, allColumns: false);
        var plans = new List<string>();
        foreach (var scan in planner.Hot)
        {
            plans.Add(await HotEstimator.ExplainAsync(session.Hot.Connection, scan.Scan.Sql, cancellationToken));
        }

        var rows = await HotEstimator.BoundAsync(session.Hot.Connection, plans, cancellationToken);
        await planner.BindAsync(read.Statement);
        return Estimate(planner, rows);
    }

    private async Task<QueryEstimate> ExplainIcebergAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        var read = await _reader.ReadAsync(lease.Connection, request, isWhole: false, cancellationToken);
        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, cancellationToken);
        var tables = await _tables.LoadColdAsync(read.Statement, await _reader.ResolveAsync(read.Statement, read.References, cancellationToken), cancellationToken);
        await planner.PlanColdAsync(read.Statement, tables, TimeTravel.None, allColumns: false);
        await planner.BindAsync(read.Statement);
        return Estimate(planner, hotRows: 0);
    }

    private async Task<QueryEstimate> ExplainPostgresAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var pass = await hotConnections.EnterStatementAsync(cancellationToken);
        var (sql, plan) = await statements.ExplainAsync(request.Sql, request.Parameters, PostgresLimit(request) + 1L, cancellationToken);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        var rows = await HotEstimator.BoundAsync(connection, [plan], cancellationToken);
        return new QueryEstimate(DataSource.Postgres, [sql], rows, 0, 0, 0, 0, 0);
    }

    private QueryEstimate Estimate(StatementPlanner planner, long hotRows)
    {
        var fetch = coldTables.EstimateFetch([.. planner.Cold.Select(read => read.Scan)]);
        return new QueryEstimate(
            QueryReports.SourceOf(planner),
            [.. planner.Hot.Select(scan => scan.Scan.Sql)],
            hotRows,
            (int)planner.Cold.Sum(read => read.Scan.FilesTotal),
            planner.Cold.Sum(read => read.Scan.FilesRead),
            planner.Cold.Sum(read => read.Scan.BytesNeeded),
            fetch.Bytes,
            fetch.Requests);
    }

    private static int? PostgresLimit(QueryRequest request)
    {
        StatementReader.CheckLimit(request);
        return request.Limit ?? (PostgresStatementRunner.LimitsItself(request.Sql) ? null : RowLimit.Default);
    }

    private async Task<(QueryAnswer Answer, MaterializedAnswer? Stored)> FederateAsync(
        QueryRequest request, bool allColumns, MaterializationOrder? order, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        var read = await ReadAsync(request, order?.IsWhole == true, token);
        var (statement, references, limit) = (read.Statement, read.References, read.Limit);
        var tables = await _reader.ResolveAsync(statement, references, token);
        var places = _tables.HotPlaces(tables);
        List<RegisteredTable> named = [.. tables.Select(table => table.Table)];
        using var turn = await materialized.EnterAsync(
            SubjectOf(read, "federated", named), order, ResultSources.HotTablesOf(named), started, stamp => AreStillAsync(named, stamp, token), token);
        if (turn.Shared is { } shared)
        {
            return (shared, null);
        }

        using var lease = await engine.Pool.RentAsync(token);
        using var pass = await hotConnections.EnterAsync(places, token);
        await using var session = await _tables.OpenSessionAsync(named, token, turn.Ask());
        var sources = ResultSources.OfBothTiers(named, session);
        if (await turn.FindAsync(sources, lease.Connection, started) is { } stored)
        {
            return (stored, null);
        }

        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
        await planner.PlanAsync(statement, tables, session, allColumns);
        var answer = await _runner.RunAsync(lease.Connection, statement, planner, request.Caller, limit, started, turn.Keep(), token);
        return (answer, await turn.CompleteAsync(answer, sources, (again, stop) => RunAgainAsync(request, again, stop)));
    }

    private async Task<QueryAnswer> ReadColdAsync(QueryRequest request, TimeTravel timeTravel, bool allColumns, CancellationToken token)
    {
        timeTravel.Check();
        var started = Stopwatch.GetTimestamp();
        var read = await ReadAsync(request, isWhole: false, token);
        var (statement, references, limit) = (read.Statement, read.References, read.Limit);
        var named = await _reader.ResolveAsync(statement, references, token);
        using var turn = await materialized.EnterAsync(
            SubjectOf(read, $"iceberg {timeTravel.Key}", [.. named.Select(table => table.Table)]), null, [], started,
            async stamp => await ResultSources.OfCold((await _tables.LoadColdAsync(statement, named, token)).Select(table => table.Cold), timeTravel).AreStillAsync(stamp, token),
            token);
        if (turn.Shared is { } shared)
        {
            return shared;
        }

        using var lease = await engine.Pool.RentAsync(token);
        var tables = await _tables.LoadColdAsync(statement, named, token);
        var sources = ResultSources.OfCold(tables.Select(table => table.Cold), timeTravel);
        if (await turn.FindAsync(sources, lease.Connection, started) is { } stored)
        {
            return stored;
        }

        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
        await planner.PlanColdAsync(statement, tables, timeTravel, allColumns);
        var answer = await _runner.RunAsync(lease.Connection, statement, planner, request.Caller, limit, started, turn.Keep(), token);
        await turn.CompleteAsync(answer, sources, runAgain: null);
        return answer;
    }

    /// <summary>On a connection that is given back: what waits for an identical statement holds none.</summary>
    private async Task<ReadStatement> ReadAsync(QueryRequest request, bool isWhole, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        return await _reader.ReadAsync(lease.Connection, request, isWhole, cancellationToken);
    }

    private MaterializationSubject SubjectOf(ReadStatement read, string kind, IReadOnlyList<RegisteredTable> tables) => new(
        materialized.Options.Enabled && read.Digest is { } digest ? MaterializationSubject.KeyOf(digest, kind, tables.Select(table => table.Identifier.ToString())) : null,
        token => StatementHashAsync(read.Statement.Text, token), read.Statement.Text, read.Traits, read.Limit);

    private async Task<byte[]> StatementHashAsync(string sql, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        return await _reader.HashAsync(lease.Connection, sql, cancellationToken);
    }

    private Task<QueryAnswer> RunAgainAsync(QueryRequest request, MaterializationOrder order, CancellationToken cancellationToken) => BoundedAsync(
        request, DataSource.Federated, cancellationToken, async (allColumns, token) => (await FederateAsync(request with { Caller = Caller.Gateway }, allColumns, order, token)).Answer);

    private async Task<bool> AreStillAsync(IReadOnlyList<RegisteredTable> tables, ResultStamp stamp, CancellationToken cancellationToken)
    {
        using var pass = await hotConnections.EnterAsync(1, cancellationToken);
        await using var session = await _tables.OpenSessionAsync(tables, cancellationToken);
        return await ResultSources.OfBothTiers(tables, session).AreStillAsync(stamp, cancellationToken);
    }

    private Task<T> BoundedAsync<T>(QueryRequest request, DataSource asked, CancellationToken cancellationToken, Func<bool, CancellationToken, Task<T>> run) =>
        _bounded.RunAsync(request.Sql, asked, cancellationToken, run);
}
