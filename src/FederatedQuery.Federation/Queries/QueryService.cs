using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Estimates;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Statements;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Queries;

/// <summary>
/// Runs statements over both tiers or one. Steps of a federated query: parse, refuse, resolve tables, open the read session, plan scans,
/// run the rewritten statement in DuckDB, write its chunks as JSON. Every failure is a <see cref="FederatedQueryException"/>, but for the caller's
/// own cancellation.
/// </summary>
public sealed class QueryService(
    DuckDbEngine engine, TableRegistry registry, ColdTables coldTables, HotScanRegistry hotScans, PostgresConnections connections,
    PostgresStatementRunner statements, ColdBudgets budgets, IOptions<QueryOptions> options, TimeProvider time)
{
    private readonly QueryOptions _options = options.Value;
    private readonly StatementReader _reader = new(registry, time);
    private readonly WeightedGate _hotConnections = new(options.Value.HotConnections);
    private readonly WeightedGate _rawStatements = new(options.Value.HotConnections);

    /// <summary>Runs one SELECT in DuckDB's dialect in which every table is read from both tiers as one.</summary>
    public Task<QueryAnswer> RunFederatedAsync(QueryRequest request, CancellationToken cancellationToken) =>
        BoundedAsync(request, cancellationToken, async (allColumns, token) =>
        {
            var started = Stopwatch.GetTimestamp();
            using var lease = await engine.Pool.RentAsync(token);
            var (statement, references, limit) = await _reader.ReadAsync(lease.Connection, request, token);
            var tables = await ResolveAsync(statement, references, token);
            using var pass = await _hotConnections.EnterAsync(HotPlaces(tables), token);
            await using var session = await OpenSessionAsync(tables, token);
            using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
            await planner.PlanAsync(statement, tables, session, allColumns);
            return await RunAsync(lease.Connection, statement, planner, request.Caller, limit, started, token);
        });

    /// <summary>Runs one SELECT in DuckDB's dialect over cold tables alone, as they are or were.</summary>
    public Task<QueryAnswer> RunIcebergAsync(QueryRequest request, TimeTravel timeTravel, CancellationToken cancellationToken) =>
        BoundedAsync(request, cancellationToken, async (allColumns, token) =>
        {
            timeTravel.Check();
            var started = Stopwatch.GetTimestamp();
            using var lease = await engine.Pool.RentAsync(token);
            var (statement, references, limit) = await _reader.ReadAsync(lease.Connection, request, token);
            var tables = await ResolveColdAsync(statement, references, token);
            using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
            await planner.PlanColdAsync(statement, tables, timeTravel, allColumns);
            return await RunAsync(lease.Connection, statement, planner, request.Caller, limit, started, token);
        });

    /// <summary>Runs one read-only statement on Postgres, in its own dialect, as the role that owns nothing.</summary>
    public Task<QueryAnswer> RunPostgresAsync(QueryRequest request, CancellationToken cancellationToken) =>
        BoundedAsync(request, cancellationToken, async (_, token) =>
        {
            var started = Stopwatch.GetTimestamp();
            var limit = PostgresLimit(request);
            using var pass = await _rawStatements.EnterAsync(1, token);
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
        BoundedAsync(request, cancellationToken, (_, token) => source switch
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
        var (statement, references, _) = await _reader.ReadAsync(lease.Connection, request, cancellationToken);
        var tables = await ResolveAsync(statement, references, cancellationToken);
        _ = HotPlaces(tables);
        using var pass = await _hotConnections.EnterAsync(1, cancellationToken);
        await using var session = await OpenSessionAsync(tables, cancellationToken);
        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, cancellationToken);
        await planner.PlanAsync(statement, tables, session, allColumns: false);
        var plans = new List<string>();
        foreach (var scan in planner.Hot)
        {
            plans.Add(await HotEstimator.ExplainAsync(session.Hot.Connection, scan.Scan.Sql, cancellationToken));
        }

        return Estimate(planner, await HotEstimator.BoundAsync(session.Hot.Connection, plans, cancellationToken));
    }

    private async Task<QueryEstimate> ExplainIcebergAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        var (statement, references, _) = await _reader.ReadAsync(lease.Connection, request, cancellationToken);
        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, cancellationToken);
        await planner.PlanColdAsync(statement, await ResolveColdAsync(statement, references, cancellationToken), TimeTravel.None, allColumns: false);
        return Estimate(planner, hotRows: 0);
    }

    private async Task<QueryEstimate> ExplainPostgresAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var pass = await _rawStatements.EnterAsync(1, cancellationToken);
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

    private async Task<IReadOnlyList<(TableReference Reference, RegisteredTable Table)>> ResolveAsync(
        SqlStatement statement, IReadOnlyList<TableReference> references, CancellationToken cancellationToken)
    {
        var tables = new List<(TableReference Reference, RegisteredTable Table)>();
        foreach (var reference in references)
        {
            tables.Add((reference, await _reader.ResolveAsync(statement, reference, cancellationToken)));
        }

        return tables;
    }

    private async Task<IReadOnlyList<(TableReference Reference, RegisteredTable Table, ColdTable Cold)>> ResolveColdAsync(
        SqlStatement statement, IReadOnlyList<TableReference> references, CancellationToken cancellationToken)
    {
        var tables = new List<(TableReference Reference, RegisteredTable Table, ColdTable Cold)>();
        foreach (var reference in references)
        {
            var table = await _reader.ResolveAsync(statement, reference, cancellationToken);
            var cold = await coldTables.FindAsync(table.Identifier, null, cancellationToken)
                ?? throw StatementReader.Unknown(statement, reference, $"Table '{table}' has no rows in the cold tier; ask `federatedQuery` or `postgresQuery`.");
            tables.Add((reference, table, cold));
        }

        return tables;
    }

    /// <summary>How many connections to PostgreSQL the statement may need at once.</summary>
    private int HotPlaces(IReadOnlyList<(TableReference Reference, RegisteredTable Table)> tables)
    {
        var hotReads = tables.Count(table => table.Table.Hot is not null);
        return hotReads <= _hotConnections.Places
            ? Math.Max(1, hotReads)
            : throw new FederatedQueryException(
                FailureKind.BadArgument,
                $"The statement reads hot tables in {hotReads} places; POSTGRES_POOL_SIZE allows {_hotConnections.Places} at once. Read a table once in a "
                + "common table expression (WITH t AS MATERIALIZED ...) instead of many times.");
    }

    private Task<ReadSession> OpenSessionAsync(IReadOnlyList<(TableReference Reference, RegisteredTable Table)> tables, CancellationToken cancellationToken) =>
        ReadSession.OpenAsync(connections, coldTables, [.. tables.Select(table => table.Table)], _options.Timeout, cancellationToken);

    private async Task<QueryAnswer> RunAsync(
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, Caller caller, int? limit, long started, CancellationToken cancellationToken)
    {
        await using var charge = await budgets.AdmitAsync(caller, planner.Cold, cancellationToken);
        await planner.OpenAsync(statement);
        try
        {
            var answer = await RunAsync(connection, statement, planner, charge.Bytes, limit, started, cancellationToken);
            charge.Keep();
            return answer;
        }
        catch (Exception error) when (error is not RunAgainException)
        {
            // Its files were read, whatever came of it. A second run is charged by itself.
            charge.Keep();
            throw;
        }
    }

    private async Task<QueryAnswer> RunAsync(
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, long charged, int? limit, long started, CancellationToken cancellationToken)
    {
        var sql = await statement.ToSqlAsync(connection, cancellationToken);
        var rows = new PooledBytes(_options.MaximumAnswerBytes);
        try
        {
            using var result = await connection.QueryAsync(sql, null, cancellationToken);

            // On one thread from the first chunk to the last: a hop for each of hundreds is felt where processors are busy. The query has the token.
            var (count, truncated) = await Task.Run(
                () => JsonRows.WriteAsync(result.Columns, () => Task.FromResult(result.ReadChunk()), rows, limit), CancellationToken.None);
            return new QueryAnswer(rows)
            {
                Columns = [.. result.Columns.Select(column => new AnswerColumn(column.Name, column.Type.ToString()!, true))],
                RowCount = count,
                Truncated = truncated,
                ExecutionTime = Stopwatch.GetElapsedTime(started),
                DataSource = QueryReports.SourceOf(planner),
                Report = QueryReports.Of(planner, sql, charged),
            };
        }
        catch (Exception error)
        {
            rows.Dispose();
            if (error is DuckDBException failure)
            {
                if (StatementPlanner.IsOfLeftOutColumn(failure))
                {
                    throw new RunAgainException(failure, readsAllColumns: true);
                }

                if (MayBeOfAFile(failure) && await planner.ColdFiles.DropBrokenAsync(cancellationToken))
                {
                    throw new RunAgainException(failure, readsAllColumns: false);
                }
            }

            throw;
        }
    }

    /// <summary>Whether a damaged file may be behind a failure: what DuckDB reports of values, names and grammar is of the statement.</summary>
    private static bool MayBeOfAFile(DuckDBException error) => error.InnerException is null && error.ErrorType
        is not (DuckDBErrorType.Binder or DuckDBErrorType.Catalog or DuckDBErrorType.Parser or DuckDBErrorType.Syntax or DuckDBErrorType.Conversion
            or DuckDBErrorType.OutOfRange or DuckDBErrorType.DivideByZero or DuckDBErrorType.OutOfMemory or DuckDBErrorType.Interrupt
            or DuckDBErrorType.Permission);

    /// <summary>QUERY_TIMEOUT around everything, a second run where the first met something that is put right, and one vocabulary of failures.</summary>
    /// <param name="run">Given whether to read all columns of the tables, whichever the statement seems to use.</param>
    private async Task<T> BoundedAsync<T>(QueryRequest request, CancellationToken cancellationToken, Func<bool, CancellationToken, Task<T>> run)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            try
            {
                return await run(false, both.Token);
            }
            catch (RunAgainException again)
            {
                return await run(again.ReadsAllColumns, both.Token);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (timeout.IsCancellationRequested)
        {
            throw FailureTranslation.TimedOut(_options.Timeout, error);
        }
        catch (Exception error)
        {
            throw FailureTranslation.Translate(error, request.Sql);
        }
    }
}
