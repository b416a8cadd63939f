using System.Diagnostics;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Materialized;
using FederatedQuery.Federation.Sql;

namespace FederatedQuery.Federation.Queries;

/// <summary>The last steps of a statement in DuckDB's dialect: admit it to the cold files, open them, run it, write its chunks as JSON.</summary>
internal sealed class StatementRunner(ColdBudgets budgets, QueryOptions options)
{
    /// <param name="limit">The most rows answered; the statement gives one more. Null: all that it gives.</param>
    /// <param name="started">When the request came.</param>
    /// <param name="keep">Takes the rows over once they are written; null: nobody does.</param>
    /// <exception cref="RunAgainException">A second run may do better.</exception>
    public async Task<QueryAnswer> RunAsync(
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, Caller caller, int? limit, long started, KeptRows? keep,
        CancellationToken cancellationToken)
    {
        await using var charge = await budgets.AdmitAsync(caller, planner.Cold, cancellationToken);
        await planner.OpenAsync(statement);
        try
        {
            var answer = await RunAsync(connection, statement, planner, charge.Bytes, limit, started, keep, cancellationToken);
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
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, long charged, int? limit, long started, KeptRows? keep,
        CancellationToken cancellationToken)
    {
        var sql = await statement.ToSqlAsync(connection, cancellationToken);
        var rows = new PooledBytes(options.MaximumAnswerBytes);
        try
        {
            using var result = await connection.QueryAsync(sql, null, cancellationToken);
            if (keep is not null)
            {
                keep.Columns = result.Columns;
            }

            // On one thread from the first chunk to the last: a hop for each of hundreds is felt where processors are busy. The query has the token.
            var (count, truncated) = await Task.Run(
                () => JsonRows.WriteAsync(result.Columns, () => Task.FromResult(result.ReadChunk()), rows, limit, keep), CancellationToken.None);
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
    public static bool MayBeOfAFile(DuckDBException error) => error.InnerException is null && error.ErrorType
        is not (DuckDBErrorType.Binder or DuckDBErrorType.Catalog or DuckDBErrorType.Parser or DuckDBErrorType.Syntax or DuckDBErrorType.Conversion
            or DuckDBErrorType.OutOfRange or DuckDBErrorType.DivideByZero or DuckDBErrorType.OutOfMemory or DuckDBErrorType.Interrupt
            or DuckDBErrorType.Permission);
}
