using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using FederatedQuery.Tiering.Maintenance.Settings;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.Expiry;

/// <summary>
/// Drops snapshots that nobody needs, and records the files that go with them; <see cref="DroppedFileCleaner"/> deletes those later. What a branch or tag points to
/// stays, and what was current until a day ago, whatever its age: other engines may be reading it.
/// </summary>
public sealed partial class SnapshotExpirer(
    TableCommitter committer, TieredTableStore tables, DroppedFileStore droppedFiles, DroppedFileCleaner cleaner, MaintenanceMetrics metrics,
    IOptions<TieringOptions> options, TimeProvider time, ILogger<SnapshotExpirer> logger)
{
    private readonly TieringOptions _options = options.Value;

    /// <summary>
    /// Drops what is older than the table keeps: by <paramref name="retentionDays"/>, else by its property <c>history.expire.max-snapshot-age-ms</c>, else
    /// by SNAPSHOT_RETENTION_DAYS. The limits that branches and tags have of their own count before all of these.
    /// </summary>
    /// <param name="catalog">The table's, perhaps of a job.</param>
    /// <param name="identifier">The table.</param>
    /// <param name="retentionDays">The setting of this table; null: it has none.</param>
    /// <param name="cancellationToken">Gives up; a commit that was made stays.</param>
    /// <exception cref="TieringException">NotAllowed: the table keeps its files whatever happens, or is only read.</exception>
    /// <exception cref="IcebergException">NotFound; CommitConflict; a manifest of a snapshot that stays cannot be read: then nothing was dropped.</exception>
    public async Task<ExpiredSnapshots> ExpireAsync(
        ICatalog catalog, TableIdentifier identifier, int? retentionDays, CancellationToken cancellationToken)
    {
        var tiered = await tables.FindAsync(new TableName(TableNames.SchemaOf(identifier.Namespace), identifier.Name), cancellationToken);
        var now = time.GetUtcNow();
        return await ExpireAsync(
            catalog,
            identifier,
            table =>
            {
                // In a REST catalog readers are at the published snapshot, which others may have committed on top of.
                var needed = table.SnapshotsReadSince((now - _options.SupersededSnapshotAge).ToUnixTimeMilliseconds()).ToHashSet();
                needed.UnionWith(tiered?.PublishedSnapshotId is { } published ? [published] : []);
                var byProperty = retentionDays is null && table.Properties.ContainsKey(TableProperties.MaxSnapshotAgeMs);
                var maxAge = byProperty ? (long?)null : (long)TimeSpan.FromDays(retentionDays ?? _options.SnapshotRetentionDays).TotalMilliseconds;
                return table.WithoutExpired(now.ToUnixTimeMilliseconds(), maxAge, minSnapshotsToKeep: null, needed);
            },
            cancellationToken);
    }

    /// <summary>Drops what a caller chooses, as erasing rows does; references have to be dropped before the snapshots that they point to.</summary>
    /// <param name="expire">Gives the table without what is to go, or the same one for nothing. Called anew whenever somebody else has committed first.</param>
    /// <inheritdoc cref="ExpireAsync(ICatalog, TableIdentifier, int?, CancellationToken)"/>
    public async Task<ExpiredSnapshots> ExpireAsync(
        ICatalog catalog, TableIdentifier identifier, Func<TableMetadata, TableMetadata> expire, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(expire);
        var table = await catalog.LoadTableAsync(identifier, cancellationToken);
        RequireDeletable(table);
        if (ReferenceEquals(expire(table.Metadata), table.Metadata))
        {
            return ExpiredSnapshots.None;
        }

        // 1. In each attempt, the files that it will drop are recorded, without a time: a crash leaves rows of files that the table names, which are forgotten.
        var change = new ExpireSnapshots(expire, (files, token) => droppedFiles.RecordAsync(
            identifier, table.Metadata.TableUuid, files.Select(file => (file.Location, file.SizeBytes)), token));
        await committer.CommitAsync(catalog, identifier, [change], cancellationToken);

        // 2. Their time is set, for the table is seen without them by now. A crash before leaves that to the next round of the cleaner.
        await cleaner.CleanAsync(identifier, cancellationToken);
        metrics.Expired(change.Snapshots.Length);
        Log.Expired(logger, change.Snapshots.Length, change.Refs.Length, identifier.ToString(), change.Files);
        return new ExpiredSnapshots(change.Snapshots.Length, change.Refs.Length, change.Files, change.Bytes);
    }

    /// <summary>Checks that files of a table may be deleted.</summary>
    /// <exception cref="TieringException">NotAllowed.</exception>
    internal static void RequireDeletable(CatalogTable table)
    {
        if (table.IsReadOnly)
        {
            throw MaintenanceConfigurator.ReadOnly(table);
        }

        if (!table.Metadata.MayDeleteFiles())
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Files of table '{table.Identifier}' are not deleted: its property '{TableProperties.GarbageCollectionEnabled}' is false, for they may be other tables' too. Remove the property if they are its own.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.SnapshotsExpired, LogLevel.Information, "Expired {SnapshotCount} snapshots and {RefCount} references of '{Table}'; {FileCount} files go with them")]
        public static partial void Expired(ILogger logger, int snapshotCount, int refCount, string table, long fileCount);
    }
}
