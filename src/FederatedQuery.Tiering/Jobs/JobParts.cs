using System.Globalization;
using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>
/// Jobs divided into parts, which are jobs that all processes lease like any others: so replicas share the work on one table. A process that takes the
/// job over finds its parts. Thread-safe.
/// </summary>
public sealed partial class JobParts(
    JobStore store, Func<JobRunner> runner, IOptions<TieringOptions> options, TimeProvider time, ILogger<JobParts> logger)
{
    private static readonly TimeSpan LongestPollInterval = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _pollInterval = options.Value.JobPollInterval < LongestPollInterval ? options.Value.JobPollInterval : LongestPollInterval;

    /// <summary>Whether the job was divided, by this process or by one that had it before.</summary>
    public async Task<bool> ExistAsync(Job job, CancellationToken cancellationToken) => (await store.SummarizePartsAsync(job.Id, cancellationToken)).Total > 0;

    /// <summary>Divides the job.</summary>
    /// <param name="job">As it was leased.</param>
    /// <param name="arguments">Of each part, as JSON: what <see cref="JobKind.RunAsync"/> of the job's own kind tells a part by.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TieringException">LeaseLost.</exception>
    public async Task DivideAsync(Job job, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (!await store.AddPartsAsync(job, arguments, cancellationToken))
        {
            throw JobLease.Lost(job);
        }

        runner().Wake();
    }

    /// <summary>Works on the parts until there are none to be had, and waits for those that others have.</summary>
    /// <param name="job">As it was leased.</param>
    /// <param name="noun">What the parts are, for people: <c>days</c>.</param>
    /// <param name="progress">Of the job.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <returns>What all parts have done.</returns>
    /// <exception cref="TieringException">PartFailed: one at least.</exception>
    public async Task<JobPartsSummary> WorkAsync(Job job, string noun, JobProgress progress, CancellationToken cancellationToken)
    {
        var working = runner().WorkOnPartsAsync(job, cancellationToken);
        try
        {
            while (true)
            {
                var isWaiting = working.IsCompleted;
                if (await TrySummarizeAsync(job.Id, cancellationToken) is { } summary)
                {
                    Report(summary, noun, progress);
                    if (isWaiting && summary.Open == 0)
                    {
                        return summary.Failed == 0 ? summary : throw await FailureAsync(job.Id, summary, noun, cancellationToken);
                    }
                }

                var pause = Task.Delay(_pollInterval, time, cancellationToken);
                await (isWaiting ? pause : await Task.WhenAny(pause, working));
            }
        }
        finally
        {
            // Of a job that is broken off, too: its part is being broken off as well.
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lets other jobs work in the place of one that has nothing left to do but wait.</summary>
    public void FreeSlot(Job job) => runner().FreeSlot(job);

    private static void Report(JobPartsSummary summary, string noun, JobProgress progress)
    {
        var failed = summary.Failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {summary.Failed} of them not well");
        var done = summary.Total - summary.Open;
        progress.Report((double)done / summary.Total, string.Create(CultureInfo.InvariantCulture, $"{done} of {summary.Total} {noun} are over{failed}."));
        progress.SetTotal(summary.Rows, summary.Bytes);
    }

    /// <returns>Null when PostgreSQL is away for now; the heartbeat sees to it that this does not go on for ever.</returns>
    private async Task<JobPartsSummary?> TrySummarizeAsync(Guid jobId, CancellationToken cancellationToken)
    {
        try
        {
            return await store.SummarizePartsAsync(jobId, cancellationToken);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            Log.PartsFailed(logger, jobId, error);
            return null;
        }
    }

    private async Task<TieringException> FailureAsync(Guid jobId, JobPartsSummary summary, string noun, CancellationToken cancellationToken)
    {
        var first = await store.FindFailedPartAsync(jobId, cancellationToken);
        return new TieringException(
            TieringErrorKind.PartFailed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Failed} of {summary.Total} {noun} were not done; the first is {first?.Arguments} (job {first?.Id}): {first?.Message}"));
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.JobPartsFailed, LogLevel.Warning, "The parts of job {Id} could not be looked at; it is tried again")]
        public static partial void PartsFailed(ILogger logger, Guid id, Exception error);
    }
}
