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
    public Task<QueryAnswer> RunAsync(
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, Caller caller, int? limit, long started, KeptRows? keep,
        CancellationToken cancellationToken) => RunAsync(connection, statement, planner, caller, cancellationToken, async (result, sql, charged) =>
    {
        var rows = new PooledBytes(options.MaximumAnswerBytes);
        try
        {
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
        catch
        {
            rows.Dispose();
            throw;
        }
    });

    /// <summary>As the other one, with whatever is made of the rows.</summary>
    /// <param name="read">Given the result, the statement that DuckDB got, and the bytes charged to the caller.</param>
    public async Task<T> RunAsync<T>(
        DuckDBConnection connection, SqlStatement statement, StatementPlanner planner, Caller caller, CancellationToken cancellationToken,
        Func<DuckDBResult, string, long, Task<T>> read)
    {
        await using var charge = await budgets.AdmitAsync(caller, planner.Cold, cancellationToken);
        await planner.OpenAsync(statement);
        try
        {
            var sql = await statement.ToSqlAsync(connection, cancellationToken);
            using var result = await connection.QueryAsync(sql, null, cancellationToken);
            var answer = await read(result, sql, charge.Bytes);
            charge.Keep();
            return answer;
        }
        catch (DuckDBException failure) when (StatementPlanner.IsOfLeftOutColumn(failure))
        {
            throw new RunAgainException(failure, readsAllColumns: true);
        }
        catch (DuckDBException failure) when (MayBeOfAFile(failure))
        {
            if (await planner.ColdFiles.DropBrokenAsync(cancellationToken))
            {
                throw new RunAgainException(failure, readsAllColumns: false);
            }

            charge.Keep();
            throw;
        }
        catch
        {
            // Its files were read, whatever came of it. A second run is charged by itself.
            charge.Keep();
            throw;
        }
    }

    /// <summary>Whether a damaged file may be behind a failure: what DuckDB reports of values, names and grammar is of the statement.</summary>
    public static bool MayBeOfAFile(DuckDBException error) => error.InnerException is null && error.ErrorType
        is not (DuckDBErrorType.Binder or DuckDBErrorType.Catalog or DuckDBErrorType.Parser or DuckDBErrorType.Syntax or DuckDBErrorType.Conversion
            or DuckDBErrorType.OutOfRange or DuckDBErrorType.DivideByZero or DuckDBErrorType.OutOfMemory or DuckDBErrorType.Interrupt
            or DuckDBErrorType.Permission);
}
