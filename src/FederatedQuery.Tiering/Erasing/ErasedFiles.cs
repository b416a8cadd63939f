using FederatedQuery.Cold.Files;
using FederatedQuery.Hot.Control.Erasures;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.DroppedFiles;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>Sees to it that files of an erasure go: from the cache of this process, and from the store once nobody can be reading them.</summary>
public sealed partial class ErasedFiles(
    ErasureStore store, DroppedFileStore dropped, DroppedFileCleaner cleaner, ObjectStoreRegistry stores, DataFileSource files, TimeProvider time,
    ILogger<ErasedFiles> logger)
{
    private const int MostFiles = 100_000;

    /// <summary>Beyond the time that running queries are given: the store may refuse for a while.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a query that began before may still be running.</summary>
    public TimeSpan Grace => cleaner.Grace;

    /// <summary>Drops copies of files of which rows were erased lately. Again and again, for until the files are deleted a query of the past may fetch one anew.</summary>
    /// <returns>How many copies there were.</returns>
    public async Task<int> ForgetCopiesAsync(TimeSpan since, CancellationToken cancellationToken)
    {
        var locations = (await store.ListFilesAsync(since, MostFiles, cancellationToken)).Select(TryResolve).OfType<ObjectLocation>();
        var copies = files.Forget(locations);
        if (copies > 0)
        {
            Log.Forgotten(logger, copies);
        }

        return copies;
    }

    /// <summary>Waits until the files of an erasure are deleted from the store, deleting them when their time has come.</summary>
    /// <returns>Files that are gone and their bytes, and files that are still there, which the table does not let go.</returns>
    /// <exception cref="TieringException">Busy: the store did not delete them in an hour.</exception>
    public async Task<(long Gone, long Bytes, IReadOnlyList<string> Left)> WaitAsync(
        Guid jobId, TableIdentifier table, JobProgress progress, CancellationToken cancellationToken)
    {
        var listed = await store.ListFilesAsync(jobId, cancellationToken);
        var locations = listed.Select(file => file.Location).ToList();
        var deadline = time.GetUtcNow() + cleaner.Grace + Patience;
        while (true)
        {
            await cleaner.CleanAsync(table, cancellationToken);
            var waiting = await dropped.FindAsync(table, locations, cancellationToken);
            if (waiting.Count == 0)
            {
                break;
            }

            if (time.GetUtcNow() > deadline)
            {
                throw new TieringException(
                    TieringErrorKind.Busy,
                    $"The rows are erased from table '{table}', but {waiting.Count} files that held them could not be deleted from the store in {Patience.TotalMinutes:0} minutes, such as '{waiting.First()}'. They stay recorded and are tried again.");
            }

            progress.Report(0.9, $"The rows are in neither tier. {waiting.Count} files that held or showed them are deleted as soon as no query can be reading them, {cleaner.Grace.TotalSeconds:0} seconds after they left the table.");
            await Task.Delay(cleaner.Grace / 4 < LongestPause ? cleaner.Grace / 4 : LongestPause, time, cancellationToken);
        }

        var left = new List<string>();
        foreach (var (location, _) in listed)
        {
            if (TryResolve(location) is { } place && await place.Store.ExistsAsync(place.Key, cancellationToken))
            {
                left.Add(location);
            }
        }

        return (listed.Count - left.Count, listed.Where(file => !left.Contains(file.Location)).Sum(file => file.SizeBytes ?? 0), left);
    }

    /// <returns>Null: it is in no store that this process knows.</returns>
    private ObjectLocation? TryResolve(string location)
    {
        try
        {
            return stores.Resolve(location);
        }
        catch (ObjectStoreException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.CopiesForgotten, LogLevel.Information, "{CopyCount} cached copies of files that rows were erased from are dropped")]
        public static partial void Forgotten(ILogger logger, int copyCount);
    }
}
