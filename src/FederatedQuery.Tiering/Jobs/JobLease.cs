using FederatedQuery.Hot.Control;
using Npgsql;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>The right to commit a job's work.</summary>
internal static class JobLease
{
    /// <summary>
    /// To be asked in the transaction that commits the work. Until that has ended nobody can take the job over or cancel it.
    /// </summary>
    /// <param name="transaction">What it commits belongs to the holder of the lease alone.</param>
    /// <param name="job">As it was leased; null: the work is no job's, and nothing is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TieringException">LeaseLost.</exception>
    public static async Task RequireAsync(NpgsqlTransaction transaction, Job? job, CancellationToken cancellationToken)
    {
        if (job is not null && !await JobStore.HoldsAsync(transaction, job, cancellationToken))
        {
            throw Lost(job);
        }
    }

    public static TieringException Lost(Job job) => new(
        TieringErrorKind.LeaseLost,
        $"Job {job.Id} ({job.Kind}) is not this process's any more: it was cancelled, or its lease ran out and another process has taken it over. Nothing was committed.");
}
