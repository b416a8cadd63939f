using FederatedQuery.Hot.Control;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>What a kind of job does.</summary>
/// <param name="Name">As stored: <c>archive</c>.</param>
/// <param name="RunAsync">Does the work, reporting as it goes, and gives the message that the job ends with.</param>
public sealed record JobKind(string Name, Func<Job, JobProgress, CancellationToken, Task<string>> RunAsync)
{
    /// <summary>
    /// Whether another process may begin the work of a dead one again. If not, such a job ends as failed.
    /// </summary>
    public bool IsResumable { get; init; }
}
