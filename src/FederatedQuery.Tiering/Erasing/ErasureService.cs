using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>What a gateway offers its users of erasing rows.</summary>
public sealed class ErasureService(TieredTableStore tables, ColdCatalog catalog, RowMatchCompiler compile, JobRunner runner)
{
    /// <summary>Starts erasing rows for good from a tiered table, and returns at once. The job's message is the proof of what was done.</summary>
    /// <param name="tableName"><c>name</c> or <c>schema.name</c>.</param>
    /// <param name="where">A condition in DuckDB's SQL over the table's columns.</param>
    /// <param name="cancellationToken">Gives up starting; a started job goes on.</param>
    /// <exception cref="TieringException">NotFound: there is no such tiered table. NotAllowed: its cold rows are in a REST catalog.</exception>
    public async Task<Job> StartAsync(string tableName, string where, CancellationToken cancellationToken)
    {
        CommonTransactions.Require(catalog, $"Erasing rows of table '{tableName}'");
        var name = TableNames.Parse(tableName);
        var table = await tables.FindAsync(name, cancellationToken) ?? throw TieringException.NotTiered(name);

        // What is wrong with the condition is said now, not by a job.
        await compile(TableVerifier.IdentifierOf(table), where, cancellationToken);
        return await runner.StartJobAsync(EraseJob.Kind, name.ToString(), EraseJob.Arguments(where), cancellationToken);
    }
}
