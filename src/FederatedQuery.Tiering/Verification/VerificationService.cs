using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Verification;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Verification;

/// <summary>What a gateway offers its users of verification.</summary>
public sealed class VerificationService(VerifiedTables tables, JobRunner runner, VerificationStore store)
{
    /// <summary>Starts verifying all days of a table, and returns at once. The job ends as failed when anything is wrong; its message names what.</summary>
    /// <param name="tableName"><c>name</c> or <c>schema.name</c>.</param>
    /// <param name="cancellationToken">Gives up starting; a started job goes on.</param>
    /// <exception cref="TieringException">NotFound: there is no such table, or nothing tells what its rows should be.</exception>
    public async Task<Job> StartAsync(string tableName, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(tableName);
        await tables.FindAsync(name, cancellationToken);
        return await runner.StartJobAsync(VerifyJob.Kind, name.ToString(), null, cancellationToken);
    }

    /// <summary>Open violations of all tables.</summary>
    public Task<long> CountOpenAsync(CancellationToken cancellationToken) => store.CountOpenAsync(null, cancellationToken);
}
