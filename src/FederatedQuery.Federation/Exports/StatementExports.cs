using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Statements;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Exports;

/// <summary>
/// Runs statements whose rows stream on as they come, all of them: no LIMIT is added, and no result is stored or answered from a store. Memory does not grow with the result. Every
/// failure is a <see cref="FederatedQueryException"/>, but for the caller's own cancellation; QUERY_TIMEOUT is around the whole. Thread-safe.
/// </summary>
public sealed class StatementExports(
    DuckDbEngine engine, TableRegistry registry, ColdTables coldTables, HotScanRegistry hotScans, PostgresConnections connections, PostgresStatementRunner statements,
    ColdBudgets budgets, HotConnectionGate hotConnections, ReadTelemetry telemetry, IOptions<QueryOptions> options, TimeProvider time)
{
    private readonly StatementReader _reader = new(registry, time);
    private readonly StatementRunner _runner = new(budgets, options.Value);
    private readonly StatementTables _tables = new(registry, coldTables, connections, hotConnections, options.Value);
    private readonly BoundedRun _bounded = new(options.Value.Timeout, time, telemetry);

    /// <summary>Exports last as long as their readers take: half of the connections stay with statements that answer at once.</summary>
    private readonly WeightedGate _exports = new(Math.Max(1, options.Value.HotConnections / 2));

    /// <summary>Runs a statement to its end, or the reader's.</summary>
    /// <param name="request">Its limit must be null.</param>
    /// <param name="source">Where it runs: federated, or one tier alone, in that tier's dialect.</param>
    /// <param name="open">Takes the rows.</param>
    /// <param name="cancellationToken">Ends the statement in both tiers.</param>
    /// <returns>The rows.</returns>
    public async Task<long> RunAsync(QueryRequest request, DataSource source, OpenRowSink open, CancellationToken cancellationToken)
    {
        var hasBegun = false;
        var exported = await _bounded.RunAsync(request.Sql, source, cancellationToken, async (allColumns, token) =>
        {
            using var turn = await _exports.EnterAsync(1, token);
            try
            {
                return new Exported(source, source switch
                {
                    DataSource.Federated => await FederatedAsync(request, allColumns, OpenAsync, token),
                    DataSource.Iceberg => await IcebergAsync(request, allColumns, OpenAsync, token),
                    DataSource.Postgres => await PostgresAsync(request, OpenAsync, token),
                    _ => throw new FederatedQueryException(FailureKind.BadArgument, $"A statement runs on postgres, iceberg or federated, not on {source}."),
                });
            }
            catch (RunAgainException again) when (hasBegun)
            {
                // Rows are on their way already.
                throw again.Failure;
            }
        });
        return exported.Rows;

        Task<IRowSink> OpenAsync(IReadOnlyList<DuckDBColumn> columns, CancellationToken token)
        {
            hasBegun = true;
            return open(columns, token);
        }
    }

    private async Task<long> FederatedAsync(QueryRequest request, bool allColumns, OpenRowSink open, CancellationToken token)
    {
        using var lease = await engine.Pool.RentAsync(token);
        var read = await _reader.ReadAsync(lease.Connection, request, isWhole: true, token);
        var tables = await _reader.ResolveAsync(read.Statement, read.References, token);
        using var pass = await hotConnections.EnterAsync(_tables.HotPlaces(tables), token);
        await using var session = await _tables.OpenSessionAsync([.. tables.Select(table => table.Table)], token);
        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
        await planner.PlanAsync(read.Statement, tables, session, allColumns);
        return await ConsumeAsync(lease.Connection, read, planner, request.Caller, open, token);
    }

    private async Task<long> IcebergAsync(QueryRequest request, bool allColumns, OpenRowSink open, CancellationToken token)
    {
        using var lease = await engine.Pool.RentAsync(token);
        var read = await _reader.ReadAsync(lease.Connection, request, isWhole: true, token);
        var tables = await _tables.LoadColdAsync(read.Statement, await _reader.ResolveAsync(read.Statement, read.References, token), token);
        using var planner = new StatementPlanner(lease.Connection, coldTables, hotScans, token);
        await planner.PlanColdAsync(read.Statement, tables, TimeTravel.None, allColumns);
        return await ConsumeAsync(lease.Connection, read, planner, request.Caller, open, token);
    }

    private async Task<long> PostgresAsync(QueryRequest request, OpenRowSink open, CancellationToken token)
    {
        using var pass = await hotConnections.EnterStatementAsync(token);
        await using var rows = await statements.OpenAsync(request.Sql, request.Parameters, null, token);
        return await RowCopy.RunAsync([.. rows.Columns.Select(column => new DuckDBColumn(column.Name, column.Type))], rows.ReadChunkAsync, chunk => chunk, open, token);
    }

    private Task<long> ConsumeAsync(
        DuckDBConnection connection, ReadStatement read, StatementPlanner planner, Caller caller, OpenRowSink open, CancellationToken token) =>
        _runner.RunAsync(connection, read.Statement, planner, caller, token, (result, _, _) => RowCopy.RunAsync(result.Columns, result.ReadChunkAsync, chunk => chunk, open, token));

    /// <param name="DataSource">Where it was asked to run.</param>
    private sealed record Exported(DataSource DataSource, long Rows) : IReadOutcome
    {
        public QueryReport? Report => null;
    }
}
