using System.Globalization;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>What a gateway offers its users: another layout of a cold table, decided on at once and made by a job.</summary>
public sealed class RepartitionService
{
    private readonly RepartitionTargets _targets;
    private readonly LayoutPlanner _planner;
    private readonly RepartitionOutcomes _outcomes;
    private readonly JobRunner _runner;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;

    internal RepartitionService(
        RepartitionTargets targets, LayoutPlanner planner, RepartitionOutcomes outcomes, JobRunner runner, IOptions<TieringOptions> options, TimeProvider time)
    {
        _targets = targets;
        _planner = planner;
        _outcomes = outcomes;
        _runner = runner;
        _time = time;
        _patience = options.Value.QueryTimeout;
    }

    /// <summary>Decides on a layout, starts the job that makes it, and waits for that for as long as a query may take.</summary>
    /// <param name="identifier">A cold table.</param>
    /// <param name="cancellationToken">Gives up waiting; the job goes on.</param>
    /// <returns>A result that has not succeeded, and names the job, where that takes longer or fails.</returns>
    /// <exception cref="TieringException">NotFound, InvalidArgument, NotAllowed: the table or the wish does not suit; nothing was started.</exception>
    public async Task<RepartitionOutcome> RepartitionAsync(TableIdentifier identifier, RepartitionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(request);
        var target = await _targets.FindAsync(identifier, cancellationToken);
        var arguments = RepartitionArguments.Write(identifier, await _planner.PlanAsync(target, request, cancellationToken));
        var name = new TableName(TableNames.SchemaOf(identifier.Namespace), identifier.Name);
        var job = await _runner.StartJobAsync(RepartitionJob.Kind, name.ToString(), arguments, cancellationToken);
        var wanted = RepartitionArguments.Read(job.Arguments);
        return await WaitAsync(job, cancellationToken) switch
        {
            { State: JobState.Succeeded } done => await _outcomes.ReadAsync(done, identifier, wanted, cancellationToken),
            { } over => await _outcomes.ReadUnchangedAsync(identifier, $"Job {over.Id} ended as {(over.State == JobState.Cancelled ? "cancelled" : "failed")}: {over.Message}", cancellationToken),
            null => await _outcomes.ReadUnchangedAsync(
                identifier,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The table is being laid out by {wanted.Reason}, which takes longer than {_patience.TotalSeconds:0.###} seconds. It goes on as job {job.Id}: job(id: \"{job.Id}\") tells how far it has come, jobChanged tells of its end."),
                cancellationToken),
        };
    }

    /// <returns>Null when the job takes longer than anybody waits.</returns>
    private async Task<Job?> WaitAsync(Job job, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _runner.WaitAsync(job.Id, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
