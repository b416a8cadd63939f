using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Jobs;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>The job <c>repartition</c>. Its layout was decided on before it began.</summary>
internal sealed class RepartitionJob(Repartitioner repartitioner, RepartitionOutcomes outcomes)
{
    public const string Kind = "repartition";

    /// <summary>For the runner: what was cut short is begun again; what it had written by then is no part of the table.</summary>
    public JobKind AsKind() => new(Kind, RunAsync) { IsResumable = true, Exclusive = JobKind.TableMaintenance };

    private async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken cancellationToken)
    {
        var wanted = RepartitionArguments.Read(job.Arguments);
        var identifier = new TableIdentifier(wanted.Namespace, wanted.Table);
        await repartitioner.RunAsync(job, identifier, wanted, progress, cancellationToken);
        return (await outcomes.ReadAsync(job, identifier, wanted, cancellationToken)).Message;
    }
}
