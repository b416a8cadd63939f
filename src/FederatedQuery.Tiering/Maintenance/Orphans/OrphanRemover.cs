using FederatedQuery.Cold;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.Orphans;

/// <summary>What orphan removal found.</summary>
/// <param name="Files">Old enough, and named by no metadata of the table.</param>
public sealed record Orphans(long Files, long Bytes);

/// <summary>
/// Removes what crashes, lost races and other engines left below a table's location. It deletes nothing itself: orphans go the way of dropped files, so that each is compared with
/// the table once more, when every query that could have known it has ended. Files of moves and loads at work are spared by their age.
/// </summary>
public sealed partial class OrphanRemover(
    ColdCatalog catalog, UnreferencedFiles unreferenced, DroppedFileStore droppedFiles, DroppedFileCleaner cleaner, IOptions<TieringOptions> options,
    ILogger<OrphanRemover> logger)
{
    private const int RecordedAtOnce = 1_000;

    /// <summary>Finds the orphans and, unless it is a dry run, records them for deletion.</summary>
    /// <exception cref="TieringException">NotAllowed: another table lies in the same folder, or the table keeps its files.</exception>
    public async Task<Orphans> RemoveAsync(TableIdentifier identifier, bool isDryRun, CancellationToken cancellationToken)
    {
        var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        if (!table.Metadata.MayDeleteFiles())
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed, $"Orphans of table '{identifier}' are kept: its property '{TableProperties.GarbageCollectionEnabled}' is false.");
        }

        var found = new Orphans(0, 0);
        var several = new List<UnreferencedFile>();
        await foreach (var file in unreferenced.ListAsync(identifier, options.Value.OrphanAge, cancellationToken))
        {
            found = new Orphans(found.Files + 1, found.Bytes + file.SizeBytes);
            several.Add(file);
            if (several.Count >= RecordedAtOnce)
            {
                await RecordAsync();
            }
        }

        await RecordAsync();
        if (!isDryRun && found.Files > 0)
        {
            await cleaner.CleanAsync(identifier, cancellationToken);
            Log.Found(logger, found.Files, found.Bytes, identifier.ToString());
        }

        return found;

        async Task RecordAsync()
        {
            if (!isDryRun && several.Count > 0)
            {
                await droppedFiles.RecordAsync(
                    identifier, table.Metadata.TableUuid, several.Select(file => (file.Location, (long?)file.SizeBytes)), cancellationToken);
            }

            several.Clear();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.OrphansFound, LogLevel.Information, "{FileCount} orphans ({Bytes} bytes) of '{Table}' will be deleted")]
        public static partial void Found(ILogger logger, long fileCount, long bytes, string table);
    }
}
