using FederatedQuery.Hot.Control;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>What a kind of job does.</summary>
/// <param name="Name">As stored: <c>archive</c>.</param>
/// <param name="RunAsync">Does the work, reporting as it goes, and gives the message that the job ends with.</param>
public sealed record JobKind(string Name, Func<Job, JobProgress, CancellationToken, Task<string>> RunAsync)
{
    /// <summary>The group of those that rewrite or remove a cold table's files: together they would only run into each other's commits.</summary>
    public const string TableMaintenance = "table maintenance";

    /// <summary>
    /// Whether another process may begin the work of a dead one again. If not, such a job ends as failed.
    /// </summary>
    public bool IsResumable { get; init; }

    /// <summary>
    /// Whether a job that ends as <see cref="TieringErrorKind.Busy"/> is put off and done again, a few times with pauses that double, before it counts as failed.
    /// </summary>
    public bool RetriesBusy { get; init; }

    /// <summary>
    /// Of the jobs of one group and one table (by <see cref="Job.TableName"/> as it is written), in all processes, one runs at a time; the others stay queued.
    /// Null: any number.
    /// </summary>
    public string? Exclusive { get; init; }

    /// <summary>
    /// Whether starting what is running already (same table, same arguments) gives that job. If not, another is queued, for what the running one has
    /// passed by. One that is still queued is given in any case.
    /// </summary>
    public bool JoinsRunning { get; init; } = true;
}
