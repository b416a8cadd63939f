using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Orphans;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering;

/// <summary>What a gateway offers its users of this project: settings of tables, moves as jobs, and what became of them.</summary>
public sealed class TieringService(
    TableConfigurator configurator, TieredTableStore tables, JobRunner runner, JobStore jobs, UnreferencedFiles unreferencedFiles)
{
    /// <inheritdoc cref="TableConfigurator.ConfigureAsync"/>
    public Task<TieredTable> ConfigureAsync(ConfigureTiering input, CancellationToken cancellationToken) => configurator.ConfigureAsync(input, cancellationToken);

    /// <summary>
    /// Starts moving a table's closed days, and returns at once. While a job with the same table and <paramref name="before"/> is queued or running, that
    /// is the job.
    /// </summary>
    /// <param name="tableName"><c>name</c> or <c>schema.name</c>.</param>
    /// <param name="before">Only whole days (UTC) before this instant and before today are moved; null: those older than the table's hot days.</param>
    /// <param name="cancellationToken">Gives up starting; a started job goes on.</param>
    /// <exception cref="TieringException">NotFound: there is no such tiered table.</exception>
    public async Task<Job> ArchiveAsync(string tableName, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(tableName);
        if (await tables.FindAsync(name, cancellationToken) is null)
        {
            var known = await tables.ListAsync(cancellationToken);
            var names = string.Join(", ", known.Select(table => $"'{new Hot.Sql.TableName(table.Schema, table.Name)}'"));
            throw new TieringException(
                TieringErrorKind.NotFound,
                $"Table '{name}' is not tiered, so it has nowhere to move to. Call configureTiering first. {(names.Length == 0 ? "No table is tiered yet." : $"Tiered are: {names}.")}");
        }

        return await runner.StartJobAsync(ArchiveJob.Kind, name.ToString(), ArchiveJob.Arguments(before), cancellationToken);
    }

    /// <summary>The newest jobs, newest first, without those that are parts of others.</summary>
    /// <param name="first">1 to 1000.</param>
    public Task<IReadOnlyList<Job>> ListJobsAsync(int first, CancellationToken cancellationToken) => first is < 1 or > 1000
        ? throw new TieringException(TieringErrorKind.InvalidArgument, $"first is {first}; it must be 1 to 1000.")
        : jobs.ListAsync(first, cancellationToken);

    /// <returns>Null when there is none.</returns>
    public Task<Job?> FindJobAsync(Guid id, CancellationToken cancellationToken) => jobs.FindAsync(id, cancellationToken);

    /// <inheritdoc cref="JobRunner.WaitAsync"/>
    public Task<Job> WaitForJobAsync(Guid id, CancellationToken cancellationToken) => runner.WaitAsync(id, cancellationToken);

    /// <summary>Cancels a job and its parts: those that run here at once, others at the next renewal of their lease, within a second or so.</summary>
    /// <returns>The job as it is then.</returns>
    /// <exception cref="TieringException">JobNotFound. NotAllowed: it is over.</exception>
    public async Task<Job> CancelJobAsync(Guid id, CancellationToken cancellationToken)
    {
        var isCancelled = await runner.CancelAsync(id, cancellationToken);
        var job = await jobs.FindAsync(id, cancellationToken) ?? throw TieringException.NoJob(id);
        return isCancelled
            ? job
            : throw new TieringException(TieringErrorKind.NotAllowed, $"Job {id} is not cancelled: it is over ({job.State.ToString().ToLowerInvariant()}).");
    }

    /// <inheritdoc cref="JobRunner.ResumeAsync"/>
    public Task<Job> ResumeJobAsync(Guid id, CancellationToken cancellationToken) => runner.ResumeAsync(id, cancellationToken);

    /// <summary>What crashes left below the cold table's location.</summary>
    /// <param name="tableName"><c>name</c> or <c>schema.name</c>, or <c>namespace.name</c> of a cold-only table.</param>
    /// <param name="minimumAge">Younger files are passed over; null: none are.</param>
    /// <inheritdoc cref="UnreferencedFiles.ListAsync"/>
    public IAsyncEnumerable<UnreferencedFile> ListUnreferencedFilesAsync(string tableName, TimeSpan? minimumAge, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(tableName);
        return unreferencedFiles.ListAsync(new TableIdentifier(TableNames.NamespaceOf(name), name.Name), minimumAge, cancellationToken);
    }
}
