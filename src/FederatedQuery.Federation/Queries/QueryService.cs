using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Hot.Connections;
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
    PostgresStatementRunner statements, IOptions<QueryOptions> options, TimeProvider time)
{
    private readonly QueryOptions _options = options.Value;
    private readonly WeightedGate _hotConnections = new(options.Value.HotConnections);
    private readonly WeightedGate _rawStatements = new(options.Value.HotConnections);

    /// <summary>Runs one SELECT in DuckDB's dialect in which every table is read from both tiers as one.</summary>
    public Task<QueryAnswer> RunFederatedAsync(QueryRequest request, CancellationToken cancellationToken) =>
        BoundedAsync(request, cancellationToken, async (allColumns, token) =>
        {
            var started = Stopwatch.GetTimestamp();
            using var lease = await engine.Pool.RentAsync(token);
            var (statement, references, limit) = await ReadAsync(lease.Connection, request, token);
            var tables = new List<(TableReference Reference, RegisteredTable Table)>();
            foreach (var reference in references)
            {
                tables.Add((reference, await ResolveAsync(statement, reference, token)));
            }

            var hotReads = tables.Count(table => table.Table.Hot is not null);
            if (hotReads > _hotConnections.Places)
            {
                throw new FederatedQueryException(
                    FailureKind.BadArgument,
                    $"The statement reads hot tables in {hotReads} places; POSTGRES_POOL_SIZE allows {_hotConnections.Places} at once. Read a table once in a "
                    + "common table expression (WITH t AS MATERIALIZED ...) instead of many times.");
            }

            using var pass = await _hotConnections.EnterAsync(Math.Max(1, hotReads), token);
            await using var session = await ReadSession.OpenAsync(
                connections, coldTables, [.. tables.Select(table => table.Table)], _options.Timeout, token);
            using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
            await planner.FederateAsync(statement, tables, session, allColumns);
            return await RunAsync(lease.Connection, statement, planner, limit, started, token);
        });

    /// <summary>Runs one SELECT in DuckDB's dialect over cold tables alone, as they are or were.</summary>
    public Task<QueryAnswer> RunIcebergAsync(QueryRequest request, TimeTravel timeTravel, CancellationToken cancellationToken) =>
        BoundedAsync(request, cancellationToken, async (allColumns, token) =>
        {
            timeTravel.Check();
            var started = Stopwatch.GetTimestamp();
            using var lease = await engine.Pool.RentAsync(token);
            var (statement, references, limit) = await ReadAsync(lease.Connection, request, token);
            var tables = new List<(TableReference Reference, ColdTable Table)>();
            foreach (var reference in references)
            {
                var table = await ResolveAsync(statement, reference, token);
                var cold = await coldTables.FindAsync(table.Identifier, null, token)
                    ?? throw Unknown(statement, reference, $"Table '{table}' has no rows in the cold tier; ask `federatedQuery` or `postgresQuery`.");
                tables.Add((reference, cold));
            }

            using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
            await planner.ReadColdAsync(statement, tables, timeTravel, allColumns);
            return await RunAsync(lease.Connection, statement, planner, limit, started, token);
        });

    /// <summary>Runs one read-only statement on Postgres, in its own dialect, as the role that owns nothing.</summary>
    public Task<QueryAnswer> RunPostgresAsync(QueryRequest request, CancellationToken cancellationToken) =>
        BoundedAsync(request, cancellationToken, async (_, token) =>
        {
            CheckLimit(request);
            var started = Stopwatch.GetTimestamp();
            int? limit = request.Limit ?? (PostgresStatementRunner.LimitsItself(request.Sql) ? null : RowLimit.Default);
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

    private async Task<(SqlStatement Statement, IReadOnlyList<TableReference> References, int? Limit)> ReadAsync(
        DuckDBConnection connection, QueryRequest request, CancellationToken cancellationToken)
    {
        CheckLimit(request);
        var statement = await SqlStatement.ParseAsync(connection, request.Sql, cancellationToken);
        StatementGuard.Check(statement.Tree, request.Sql);
        await statement.CheckAsPrintedAsync(connection, cancellationToken);
        await ResultNames.KeepAsync(connection, statement.Tree, cancellationToken);
        StatementParameters.Bind(statement.Tree, request.Parameters);
        StatementClock.Fix(statement.Tree, time.GetUtcNow());
        var references = TableReferenceFinder.Find(statement.Tree);
        return (statement, references, RowLimit.Apply(statement.Tree, request.Limit));
    }

    private static void CheckLimit(QueryRequest request)
    {
        if (request.Limit is < 1)
        {
            throw new FederatedQueryException(FailureKind.BadArgument, $"`limit` is {request.Limit}; it must be 1 or more.");
        }
    }

    private async Task<RegisteredTable> ResolveAsync(SqlStatement statement, TableReference reference, CancellationToken cancellationToken) =>
        await registry.FindAsync(reference.Schema, reference.Name, cancellationToken)
        ?? throw Unknown(statement, reference, await registry.UnknownMessageAsync(reference.Schema, reference.Name, cancellationToken));

    private static FederatedQueryException Unknown(SqlStatement statement, TableReference reference, string message) =>
        reference.Node.Location() is { } location
            ? FederatedQueryException.At(FailureKind.UnknownTable, message, SqlPosition.OfByte(statement.Text, location))
            : new FederatedQueryException(FailureKind.UnknownTable, message);

    private async Task<QueryAnswer> RunAsync(
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, int? limit, long started, CancellationToken cancellationToken)
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
                DataSource = SourceOf(planner),
                Report = Report(planner, sql),
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

    private static DataSource SourceOf(StatementPlanner planner) => (planner.Hot.Count > 0, planner.Cold.Count > 0) switch
    {
        (true, true) => DataSource.Federated,
        (true, false) => DataSource.Postgres,
        (false, true) => DataSource.Iceberg,
        _ => DataSource.None,
    };

    private static QueryReport Report(StatementPlanner planner, string sql) => new(
        planner.Hot.Count == 0
            ? null
            : new HotReport(
                string.Join(";\n", planner.Hot.Select(lease => lease.Scan.Sql)),
                planner.Hot.Sum(lease => lease.Scan.Statistics.Rows),
                planner.Hot.Sum(lease => lease.Scan.Statistics.Bytes),
                planner.Hot.Sum(lease => lease.Scan.Statistics.Elapsed.TotalMilliseconds)),
        planner.Cold.Count == 0
            ? null
            : new ColdReport(
                planner.Cold is [var only] ? only.SnapshotId : null,
                (int)planner.Cold.Sum(scan => scan.FilesTotal),
                planner.Cold.Sum(scan => scan.FilesRead),
                planner.Cold.Sum(scan => scan.BytesRead),
                planner.ColdFiles.BytesFetched,
                planner.ColdFiles.CacheHits,
                planner.Cold.Sum(scan => scan.Rows),
                planner.ColdPlanning.TotalMilliseconds),
        sql);

    /// <summary>QUERY_TIMEOUT around everything, a second run where the first met something that is put right, and one vocabulary of failures.</summary>
    /// <param name="run">Given whether to read all columns of the tables, whichever the statement seems to use.</param>
    private async Task<QueryAnswer> BoundedAsync(
        QueryRequest request, CancellationToken cancellationToken, Func<bool, CancellationToken, Task<QueryAnswer>> run)
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
