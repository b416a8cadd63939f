using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>What a gateway offers its users of erasing rows.</summary>
public sealed class ErasureService(TieredTableStore tables, ColdTables coldTables, RowMatchCompiler compile, JobRunner runner)
{
    /// <summary>Starts erasing rows for good from a table that is tiered or cold only, and returns at once. The job's message is the proof of what was done.</summary>
    /// <param name="tableName"><c>name</c> or <c>schema.name</c>.</param>
    /// <param name="where">A condition in DuckDB's SQL over the table's columns.</param>
    /// <param name="cancellationToken">Gives up starting; a started job goes on.</param>
    /// <exception cref="TieringException">NotFound: there is no such table.</exception>
    public async Task<Job> StartAsync(string tableName, string where, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(tableName);
        var table = await ErasedTable.FindAsync(tables, coldTables, name, cancellationToken);

        // What is wrong with the condition is said now, not by a job.
        await compile(table.Identifier, where, cancellationToken);
        return await runner.StartJobAsync(EraseJob.Kind, name.ToString(), EraseJob.Arguments(where), cancellationToken);
    }
}
