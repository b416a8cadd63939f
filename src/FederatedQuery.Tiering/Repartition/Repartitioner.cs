using System.Globalization;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Settings;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>
/// Rewrites a table into another layout. Everything up to the commit is invisible: old files are read by whoever reads, also after it, until their snapshots
/// expire. A crash before the commit leaves files that no snapshot names; after it, the table is laid out anew and there is nothing left to do.
/// </summary>
internal sealed partial class Repartitioner(
    JobCatalogs catalogs, PostgresConnections connections, ManifestCache manifests, ColdRewriter rewriter, TableCommitter committer, MaintenanceConfigurator settings,
    ILogger<Repartitioner> logger)
{
    /// <summary>In the summary of the snapshots that a job makes: by it the job's work is found again.</summary>
    public const string JobProperty = "federated-query.job-id";

    /// <summary>Rounds in which files are rewritten that were added meanwhile. What comes later stays in the layout it was written in.</summary>
    private const int MaximumRounds = 3;

    private const int MaximumConflicts = 10;

    private readonly ScanPlanner _planner = new(manifests);

    /// <summary>Where tests interfere.</summary>
    internal Func<RepartitionStep, Task> AfterStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>Does it, or finds it done.</summary>
    /// <param name="job">Whose lease the commits need.</param>
    /// <param name="wanted">The layout.</param>
    /// <exception cref="TieringException">Busy: others changed rows of the same files in every attempt. LeaseLost.</exception>
    /// <exception cref="IcebergException">The table cannot be rewritten.</exception>
    public async Task RunAsync(
        Job job, TableIdentifier identifier, RepartitionArguments wanted, JobProgress progress, CancellationToken cancellationToken)
    {
        var name = new TableName(TableNames.SchemaOf(identifier.Namespace), identifier.Name);
        var catalog = catalogs.Of(job, (transaction, _, token) => TieredTableStore.SetPartitionByAsync(transaction, name, wanted.PartitionBy, token));
        var groups = new List<RewrittenGroup>();
        var (rounds, conflicts, commits) = (0, 0, 0);
        try
        {
            while (true)
            {
                var table = await catalog.LoadTableAsync(identifier, cancellationToken);
                var target = LayoutTarget.Of(table.Metadata, wanted.LayoutOf(table.Metadata.CurrentSchema));
                var plan = await _planner.PlanAsync(TableScan.Of(table.Metadata) with { Locations = table.Locations }, cancellationToken);
                await DropStaleAsync(table, target, plan, groups, cancellationToken);

                // 1. Write files in the new layout. A crash leaves them; no snapshot names them.
                var open = OpenOf(plan, target, groups);
                if (open.Count > 0 && rounds < MaximumRounds)
                {
                    rounds++;
                    await RewriteAsync(table, target, plan, open, groups, progress, cancellationToken);
                    await AfterStep(RepartitionStep.Rewritten);
                    continue;
                }

                // 2. One snapshot without the old files and with the new ones, and the layout that new rows go to.
                if (groups.Count == 0 && target.IsDefaultOf(table.Metadata))
                {
                    if (commits == 0)
                    {
                        await SaveAsync(job, name, wanted, cancellationToken);
                    }

                    return;
                }

                await AfterStep(RepartitionStep.Ready);
                try
                {
                    progress.Report(0.98, "Publishing the new layout.");
                    await CommitAsync(catalog, job, identifier, target, plan, groups, cancellationToken);
                }
                catch (IcebergException conflict) when (conflict.Kind == IcebergErrorKind.ValidationFailed && conflicts < MaximumConflicts - 1)
                {
                    // Rows of some files were deleted, or files were removed or rewritten: those are done again, the others stay as they are.
                    Log.Conflict(logger, identifier.ToString(), conflict.Message);
                    (conflicts, rounds) = (conflicts + 1, 0);
                    continue;
                }

                // 3. Once more for what moves began before the commit and ended after it.
                progress.Add(groups.Sum(group => group.Written.Rows), groups.Sum(group => group.Written.Bytes));
                groups.Clear();
                rounds = commits++ == 0 ? MaximumRounds - 1 : MaximumRounds;
                await AfterStep(RepartitionStep.Committed);
            }
        }
        catch (IcebergException conflict) when (conflict.Kind == IcebergErrorKind.ValidationFailed)
        {
            await DeleteAsync(catalog, identifier, groups);
            throw new TieringException(
                TieringErrorKind.Busy,
                $"Table '{identifier}' was not repartitioned: rows of its files were changed in each of {MaximumConflicts} attempts, lastly: {conflict.Message} Try again later.",
                conflict);
        }
        catch (Exception error) when (error is not IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
        {
            await DeleteAsync(catalog, identifier, groups);
            throw;
        }
    }

    /// <summary>Files of other layouts, and those with deletes: their rows are counted, and how many a delete takes away no metadata tells.</summary>
    private static List<ScanTask> OpenOf(ScanPlan plan, LayoutTarget target, List<RewrittenGroup> groups)
    {
        var done = groups.SelectMany(group => group.Tasks).Select(task => task.File).ToHashSet();
        return [.. plan.Tasks.Where(task => (task.File.SpecId != target.Spec.SpecId || !task.Deletes.IsEmpty) && !done.Contains(task.File))];
    }

    /// <summary>Forgets what was read from files that have changed since.</summary>
    private async Task DropStaleAsync(
        CatalogTable table, LayoutTarget target, ScanPlan plan, List<RewrittenGroup> groups, CancellationToken cancellationToken)
    {
        var current = plan.Tasks.ToDictionary(task => task.File);
        foreach (var stale in groups.Where(group => !group.IsCurrent(current, target)).ToList())
        {
            groups.Remove(stale);
            await rewriter.DeleteAsync(table, stale.Written.Files, cancellationToken);
        }
    }

    private async Task RewriteAsync(
        CatalogTable table, LayoutTarget target, ScanPlan plan, List<ScanTask> open, List<RewrittenGroup> groups, JobProgress progress, CancellationToken cancellationToken)
    {
        var targetBytes = await settings.FindTargetAsync(table, cancellationToken) ?? table.Metadata.TargetFileBytes(RewriteRequest.DefaultTargetFileBytes);
        var (bytes, done) = (plan.BytesSelected, groups.SelectMany(group => group.Tasks).Sum(task => task.File.FileSizeInBytes));
        foreach (var tasks in RewrittenGroup.Cut(open))
        {
            var before = done;
            var request = new RewriteRequest
            {
                Table = table,
                Plan = plan with { Tasks = tasks },
                Spec = target.Spec,
                SortOrder = target.Order,
                TargetFileBytes = targetBytes,
            };
            var written = await rewriter.RewriteAsync(request, new Reported(Report), cancellationToken);
            groups.Add(new RewrittenGroup(tasks, written, target));
            done += tasks.Sum(task => task.File.FileSizeInBytes);

            void Report(RewriteProgress state) => progress.Report(
                0.98 * (before + state.BytesRead) / Math.Max(1, bytes),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Rewriting {plan.Tasks.Length} files by {target.Layout.Reason}: {(double)(before + state.BytesRead) / (1 << 20):N1} of {(double)bytes / (1 << 20):N1} MiB are read."));
        }
    }

    private async Task CommitAsync(
        ICatalog catalog, Job job, TableIdentifier identifier, LayoutTarget target, ScanPlan plan, List<RewrittenGroup> groups, CancellationToken cancellationToken)
    {
        var changes = new List<TableChange> { new MetadataChange(target.Apply) };
        if (groups.Count > 0)
        {
            changes.Add(new RewriteFiles(plan.Scan.Snapshot!.SnapshotId)
            {
                Removed = [.. groups.SelectMany(group => group.Tasks).Select(task => task.File)],
                Added = [.. groups.SelectMany(group => group.Written.Files)],
                RemovedDeletes = [.. DoneDeletes(plan, groups)],
                Properties = new Dictionary<string, string> { [JobProperty] = job.Id.ToString("D") },
            });
        }

        await committer.CommitAsync(catalog, identifier, changes, cancellationToken);
        Log.Repartitioned(
            logger, identifier.ToString(), groups.Sum(group => group.Tasks.Length), groups.Sum(group => group.Written.Files.Length), target.Spec.ToString());
    }

    /// <summary>Delete files that are about rewritten files alone: the rows are gone with those.</summary>
    private static IEnumerable<DataFile> DoneDeletes(ScanPlan plan, List<RewrittenGroup> groups)
    {
        var removed = groups.SelectMany(group => group.Tasks).Select(task => task.File).ToHashSet();
        var needed = plan.Tasks.Where(task => !removed.Contains(task.File)).SelectMany(task => task.Deletes).Select(delete => delete.File).ToHashSet();
        return groups.SelectMany(group => group.Tasks).SelectMany(task => task.Deletes).Select(delete => delete.File).Distinct().Where(file => !needed.Contains(file));
    }

    /// <summary>Files that are in no snapshot. That they stay behind is no reason to hide why the work failed.</summary>
    private async Task DeleteAsync(ICatalog catalog, TableIdentifier identifier, List<RewrittenGroup> groups)
    {
        try
        {
            if (groups.Count > 0)
            {
                var table = await catalog.LoadTableAsync(identifier, CancellationToken.None);
                await rewriter.DeleteAsync(table, groups.SelectMany(group => group.Written.Files), CancellationToken.None);
            }
        }
        catch (Exception error) when (error is ObjectStoreException or IcebergException or Npgsql.NpgsqlException or TimeoutException)
        {
            Log.FilesLeft(logger, groups.Sum(group => group.Written.Files.Length), error);
        }
    }

    /// <summary>The table is laid out so already: what its settings say may be in other words.</summary>
    private async Task SaveAsync(Job job, TableName name, RepartitionArguments wanted, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await JobLease.RequireAsync(transaction, job, cancellationToken);
        await TieredTableStore.SetPartitionByAsync(transaction, name, wanted.PartitionBy, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Unlike <see cref="Progress{T}"/> at once, in order.</summary>
    private sealed class Reported(Action<RewriteProgress> report) : IProgress<RewriteProgress>
    {
        public void Report(RewriteProgress value) => report(value);
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.Repartitioned, LogLevel.Information, "Table '{Table}' is laid out anew: {FilesBefore} files became {FilesAfter} under {Spec}")]
        public static partial void Repartitioned(ILogger logger, string table, int filesBefore, int filesAfter, string spec);

        [LoggerMessage(TieringEventId.RepartitionConflict, LogLevel.Information, "Table '{Table}' was changed while it was repartitioned; what is concerned is done again: {Reason}")]
        public static partial void Conflict(ILogger logger, string table, string reason);

        [LoggerMessage(TieringEventId.RepartitionFilesLeft, LogLevel.Warning, "{FileCount} files of a repartition that was undone could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, int fileCount, Exception error);
    }
}
