using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>
/// Puts small files together, cuts large ones, applies deletes and follows the table's partition spec and sort order: the rows stay the same. Groups of files
/// are rewritten one after the other and committed some at a time, so that what was done stays done; whoever takes it up again plans from the table as it
/// is. A crash leaves files that no snapshot names. Rows that others add, delete or remove meanwhile are as they leave them: a group whose files they changed is
/// not committed. Safe for concurrent use.
/// </summary>
public sealed partial class Compactor(ManifestCache manifests, ColdRewriter rewriter, TableCommitter committer, ILogger<Compactor> logger)
{
    /// <summary>In the summary of snapshots: what they were made for.</summary>
    public const string PurposeProperty = "federated-query.maintenance";

    private const int MaximumConflicts = 3;

    private readonly ScanPlanner _planner = new(manifests);

    /// <summary>Where tests interfere: after groups are written, before they are committed.</summary>
    internal Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Compacts the files that a table has now; those added from now on are left for the next time.</summary>
    /// <param name="catalog">Where commits are made.</param>
    /// <param name="identifier">The table, of format version 2.</param>
    /// <param name="options">What is worth it.</param>
    /// <param name="progress">Told after each group; null: nobody.</param>
    /// <param name="cancellationToken">Gives up; what is committed stays.</param>
    /// <returns>What was done; <see cref="CompactionResult.Commits"/> is 0, and there is no new snapshot, when there was nothing to do.</returns>
    /// <exception cref="IcebergException">
    /// NotFound; Unsupported: the table is not written to; CommitConflict: others were first in every attempt; CommitStateUnknown.
    /// </exception>
    public async Task<CompactionResult> CompactAsync(
        ICatalog catalog, TableIdentifier identifier, CompactionOptions options, IProgress<CompactionProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        var run = new CompactionRun(progress);
        for (var isFirst = true; ; isFirst = false)
        {
            var table = await catalog.LoadTableAsync(identifier, cancellationToken);
            if (isFirst)
            {
                WritableTables.Check(table);
                run.StartSequenceNumber = table.Metadata.LastSequenceNumber;
            }

            var plan = await _planner.PlanAsync(TableScan.Of(table.Metadata) with { Locations = table.Locations }, cancellationToken);
            var groups = run.Open(new CompactionPlanner(table.Metadata, options).Groups(plan.Tasks.Where(task => task.FileSequenceNumber <= run.StartSequenceNumber)));
            if (groups.Count == 0)
            {
                await RemoveDanglingDeletesAsync(catalog, table, plan, run, cancellationToken);
                Log.Compacted(logger, identifier.ToString(), run.Result.FilesBefore, run.Result.FilesAfter, run.Result.Commits, run.Result.Conflicts);
                return run.Result;
            }

            await CompactSomeAsync(catalog, table, plan, groups, options, run, cancellationToken);
        }
    }

    /// <summary>Rewrites groups and commits them, as many as go into one commit. All that is written is committed or deleted again.</summary>
    private async Task CompactSomeAsync(
        ICatalog catalog, CatalogTable table, ScanPlan plan, IReadOnlyList<CompactionGroup> groups, CompactionOptions options, CompactionRun run, CancellationToken cancellationToken)
    {
        var written = new List<RewrittenGroup>();
        try
        {
            foreach (var group in groups)
            {
                if (await TryRewriteAsync(table, plan, group, options, run, cancellationToken) is { } rewrite)
                {
                    written.Add(new RewrittenGroup(group, rewrite));
                }

                if (written.Count >= options.GroupsPerCommit || written.Sum(one => one.Rewrite.BytesRead) >= options.BytesPerCommit)
                {
                    break;
                }
            }

            await BeforeCommit();
            await CommitAsync(catalog, table, plan, written, run, cancellationToken);
        }
        catch (Exception error) when (error is not IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
        {
            await DeleteAsync(table, written);
            throw;
        }
    }

    /// <returns>Null where the group cannot be rewritten, which is no reason to leave others as they are.</returns>
    private async Task<ColdRewrite?> TryRewriteAsync(
        CatalogTable table, ScanPlan plan, CompactionGroup group, CompactionOptions options, CompactionRun run, CancellationToken cancellationToken)
    {
        try
        {
            var request = new RewriteRequest
            {
                Table = table,
                Plan = plan with { Tasks = group.Tasks },
                Spec = table.Metadata.DefaultSpec,
                SortOrder = table.Metadata.DefaultSortOrder,
                TargetFileBytes = options.TargetOf(table.Metadata),
                MaxChunkBytes = Math.Max(group.Bytes, 1),
            };
            var rewrite = await rewriter.RewriteAsync(request, null, cancellationToken);
            run.Rewritten(group);
            return rewrite;
        }
        catch (Exception error) when (error is IcebergException { Kind: IcebergErrorKind.InvalidFile or IcebergErrorKind.Unsupported }
            or ObjectStoreException { Kind: ObjectStoreErrorKind.NotFound })
        {
            Log.GroupFailed(logger, table.Identifier.ToString(), group.Tasks.Length, group.Tasks[0].File.FilePath, error);
            run.Failed(group, error.Message);
            return null;
        }
    }

    /// <summary>All groups as one snapshot; where others have changed files of one, the rest one by one.</summary>
    private async Task CommitAsync(
        ICatalog catalog, CatalogTable table, ScanPlan plan, List<RewrittenGroup> written, CompactionRun run, CancellationToken cancellationToken)
    {
        if (written.Count == 0 || await TryCommitAsync(catalog, table, plan, [.. written], run, cancellationToken))
        {
            written.Clear();
            return;
        }

        var isAlone = written.Count == 1;
        foreach (var one in written.ToList())
        {
            if (isAlone || !await TryCommitAsync(catalog, table, plan, [one], run, cancellationToken))
            {
                run.Conflicted(one.Group, MaximumConflicts);
                await DeleteAsync(table, [one]);
            }

            written.Remove(one);
        }
    }

    private async Task<bool> TryCommitAsync(
        ICatalog catalog, CatalogTable table, ScanPlan plan, IReadOnlyList<RewrittenGroup> groups, CompactionRun run, CancellationToken cancellationToken)
    {
        var removed = groups.SelectMany(one => one.Group.Files).ToHashSet();
        var needed = plan.Tasks.Where(task => !removed.Contains(task.File)).SelectMany(task => task.Deletes).Select(delete => delete.File).ToHashSet();
        var change = new RewriteFiles(plan.Scan.Snapshot!.SnapshotId)
        {
            Removed = [.. removed],
            Added = [.. groups.SelectMany(one => one.Rewrite.Files)],
            RemovedDeletes = [.. groups.SelectMany(one => one.Group.Deletes).Distinct().Where(delete => !needed.Contains(delete))],
            Properties = new Dictionary<string, string> { [PurposeProperty] = "compaction" },
        };
        try
        {
            await committer.CommitAsync(catalog, table.Identifier, [change], cancellationToken);
        }
        catch (IcebergException conflict) when (conflict.Kind == IcebergErrorKind.ValidationFailed)
        {
            Log.Conflict(logger, table.Identifier.ToString(), groups.Count, conflict.Message);
            return false;
        }

        run.Committed(groups, change.RemovedDeletes.Length);
        return true;
    }

    /// <summary>Delete files that apply to no data file: their rows are gone, or others rewrote them and left these behind.</summary>
    private async Task RemoveDanglingDeletesAsync(ICatalog catalog, CatalogTable table, ScanPlan plan, CompactionRun run, CancellationToken cancellationToken)
    {
        var deletes = await _planner.ListDeletesAsync(plan.Scan, cancellationToken);
        var dangling = deletes.Where(delete => delete.SequenceNumber <= run.StartSequenceNumber).Select(delete => delete.File).ToHashSet();
        dangling.ExceptWith(plan.Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File));
        if (dangling.Count == 0)
        {
            return;
        }

        var change = new RewriteFiles(plan.Scan.Snapshot!.SnapshotId)
        {
            RemovedDeletes = [.. dangling],
            Properties = new Dictionary<string, string> { [PurposeProperty] = "compaction" },
        };
        try
        {
            await committer.CommitAsync(catalog, table.Identifier, [change], cancellationToken);
            run.Committed([], dangling.Count);
        }
        catch (IcebergException conflict) when (conflict.Kind == IcebergErrorKind.ValidationFailed)
        {
            // Somebody else removed one of them; the rest goes the next time.
            Log.Conflict(logger, table.Identifier.ToString(), 0, conflict.Message);
        }
    }

    /// <summary>Files that are in no snapshot. That they stay behind is no reason to hide why the work failed.</summary>
    private async Task DeleteAsync(CatalogTable table, IReadOnlyList<RewrittenGroup> groups)
    {
        try
        {
            await rewriter.DeleteAsync(table, groups.SelectMany(one => one.Rewrite.Files), CancellationToken.None);
        }
        catch (ObjectStoreException error)
        {
            Log.FilesLeft(logger, table.Identifier.ToString(), groups.Sum(one => one.Rewrite.Files.Length), error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            TieringEventId.Compacted, LogLevel.Information,
            "Compacted '{Table}': {FilesBefore} files became {FilesAfter} in {Commits} snapshots; {Conflicts} groups met with changes of others")]
        public static partial void Compacted(ILogger logger, string table, int filesBefore, int filesAfter, int commits, int conflicts);

        [LoggerMessage(TieringEventId.CompactionConflict, LogLevel.Information, "Others changed files of '{Table}' while {GroupCount} groups of them were rewritten: {Reason}")]
        public static partial void Conflict(ILogger logger, string table, int groupCount, string reason);

        [LoggerMessage(TieringEventId.CompactionGroupFailed, LogLevel.Warning, "{FileCount} files of '{Table}' such as '{File}' cannot be rewritten and stay as they are")]
        public static partial void GroupFailed(ILogger logger, string table, int fileCount, string file, Exception error);

        [LoggerMessage(TieringEventId.CompactionFilesLeft, LogLevel.Warning, "{FileCount} rewritten files of '{Table}' were not committed and could not be deleted; they are unreferenced")]
        public static partial void FilesLeft(ILogger logger, string table, int fileCount, Exception error);
    }
}
