using FederatedQuery.Hot.Control;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Verification;

namespace FederatedQuery.Tiering.Tests.Verification;

internal static class VerifyJobs
{
    /// <summary>Verifies a table as the job does.</summary>
    /// <exception cref="TieringException">Something is wrong with it.</exception>
    public static async Task<string> VerifyAsync(this TieringScene tiers, string table)
    {
        var job = await tiers.Get<JobStore>().AddAsync(VerifyJob.Kind, table, null, CancellationToken.None);
        return await tiers.Get<VerifyJob>().AsKind().RunAsync(
            job with { StartedAt = await tiers.ScalarAsync<DateTime>("SELECT clock_timestamp()") }, new JobProgress(), CancellationToken.None);
    }
}
