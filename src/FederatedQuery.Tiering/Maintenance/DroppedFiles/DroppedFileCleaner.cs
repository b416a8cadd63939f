using FederatedQuery.Cold;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.DroppedFiles;

/// <summary>
/// Deletes the files that cold tables have dropped, once no query that began before can still read them. What is to be deleted is compared with what
/// the table names at that moment, in every of its snapshots: a file that it names stays, whatever was recorded. Any number of processes may do this at once.
/// </summary>
public sealed partial class DroppedFileCleaner(
    ColdCatalog catalog, DroppedFileStore store, NamedFiles named, TableNeighbours neighbours, MaintenanceMetrics metrics,
    IOptions<TieringOptions> options, ILogger<DroppedFileCleaner> logger)
{
    /// <summary>Files that are compared with a table at once, which bounds memory: its manifests are read once for each such group.</summary>
    private const int FilesAtOnce = 50_000;

    private const int DeletedAtOnce = 1_000;

    /// <summary>After so long, a commit that was to drop a file and did not will not come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>How long a file stays after it was seen to be dropped.</summary>
    public TimeSpan Grace => options.Value.QueryTimeout + options.Value.DroppedFileMargin;

    /// <summary>Sets the time of files that the table was not seen without before, and deletes those whose time has come.</summary>
    /// <exception cref="IcebergException">The table or one of its manifests cannot be read; nothing is deleted without.</exception>
    /// <exception cref="ObjectStoreException">The same.</exception>
    public async Task<CleanedFiles> CleanAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var cleaned = default(CleanedFiles);
        var after = "";
        while (await store.ListAsync(identifier, after, FilesAtOnce, cancellationToken) is { Count: > 0 } files)
        {
            cleaned += await CleanAsync(identifier, files, cancellationToken);
            after = files[^1].Location;
        }

        if (cleaned.Deleted > 0)
        {
            Log.Deleted(logger, cleaned.Deleted, cleaned.Bytes, identifier.ToString());
        }

        return cleaned;
    }

    private async Task<CleanedFiles> CleanAsync(TableIdentifier identifier, IReadOnlyList<DroppedFile> recorded, CancellationToken cancellationToken)
    {
        // Later than the files were listed: what was recorded is dropped by now, or not yet.
        var table = await TryLoadAsync(identifier, cancellationToken);
        var others = table is null ? null : await neighbours.FindAsync(table, cancellationToken);
        if (table is not null && others!.Around is { } around)
        {
            Log.Kept(logger, recorded.Count, identifier.ToString(), around);
            return default;
        }

        var foreign = new List<DroppedFile>();
        var files = new Dictionary<ObjectLocation, DroppedFile>();
        foreach (var file in recorded)
        {
            if (table is not null && file.TableUuid == table.Metadata.TableUuid && !others!.Own(file.Location)
                && named.TryResolve(table, file.Location) is { } place && files.TryAdd(place, file))
            {
                continue;
            }

            foreign.Add(file);
        }

        var dropped = new Dictionary<ObjectLocation, DroppedFile>(files);
        if (table is not null)
        {
            await named.RemoveNamedAsync(dropped, table, cancellationToken);
        }

        // Named still: the commit that was to drop it may be under way.
        var forgotten = files.Where(file => !dropped.ContainsKey(file.Key)).Select(file => file.Value).Where(file => file.IsDue || file.Age > Patience)
            .Concat(foreign).ToList();
        await store.RemoveAsync(identifier, [.. forgotten.Select(file => file.Location)], cancellationToken);
        if (forgotten.Count > 0)
        {
            Log.Forgotten(logger, forgotten.Count, identifier.ToString());
        }

        var unseen = dropped.Values.Where(file => !file.IsDue).Select(file => file.Location).ToList();
        await store.ScheduleAsync(identifier, unseen, Grace, cancellationToken);
        return await DeleteAsync(identifier, [.. dropped.Where(file => file.Value.IsDue)], cancellationToken) with { Scheduled = unseen.Count, Kept = forgotten.Count };
    }

    private async Task<CleanedFiles> DeleteAsync(
        TableIdentifier identifier, IReadOnlyList<KeyValuePair<ObjectLocation, DroppedFile>> files, CancellationToken cancellationToken)
    {
        var cleaned = default(CleanedFiles);
        foreach (var several in files.GroupBy(file => file.Key.Store).SelectMany(group => group.Chunk(DeletedAtOnce)))
        {
            try
            {
                await several[0].Key.Store.DeleteAsync([.. several.Select(file => file.Key.Key)], cancellationToken);
            }
            catch (ObjectStoreException error)
            {
                // They stay recorded and are due, so the next round tries again.
                Log.Failed(logger, several.Length, identifier.ToString(), error);
                metrics.NotDeleted(several.Length);
                cleaned += default(CleanedFiles) with { Failed = several.Length };
                continue;
            }

            // A crash before this: they are deleted once more, which does no harm.
            await store.RemoveAsync(identifier, [.. several.Select(file => file.Value.Location)], cancellationToken);
            var bytes = several.Sum(file => file.Value.SizeBytes ?? 0);
            metrics.Deleted(several.Length, bytes);
            cleaned += default(CleanedFiles) with { Deleted = several.Length, Bytes = bytes };
        }

        return cleaned;
    }

    /// <returns>Null when it is gone, or has another name: then nobody knows what is named, and orphan removal finds it there.</returns>
    private async Task<CatalogTable?> TryLoadAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        }
        catch (IcebergException gone) when (gone.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.DroppedFilesDeleted, LogLevel.Information, "Deleted {FileCount} files ({Bytes} bytes) that '{Table}' had dropped")]
        public static partial void Deleted(ILogger logger, long fileCount, long bytes, string table);

        [LoggerMessage(TieringEventId.DroppedFilesKept, LogLevel.Warning, "{FileCount} files that '{Table}' has dropped are kept: '{Other}' lies in or around its folder, and they may be its own")]
        public static partial void Kept(ILogger logger, int fileCount, string table, string other);

        [LoggerMessage(TieringEventId.DroppedFilesForgotten, LogLevel.Information, "{FileCount} files that were recorded as dropped by '{Table}' are not deleted: the table names them, or is gone, or they are not its own")]
        public static partial void Forgotten(ILogger logger, int fileCount, string table);

        [LoggerMessage(TieringEventId.DroppedFilesFailed, LogLevel.Warning, "{FileCount} files that '{Table}' has dropped could not be deleted; it is tried again")]
        public static partial void Failed(ILogger logger, int fileCount, string table, Exception error);
    }
}
