using System.Diagnostics;

namespace FederatedQuery.Cold.Scanning;

/// <summary>Spans of scans of cold tables: <c>cold.plan</c>; <c>cold.scan</c>, while files are held to be read, with <c>cold.fetch</c> at its beginning.</summary>
public static class ColdScanTrace
{
    /// <summary>Of the activity source.</summary>
    public const string SourceName = "FederatedQuery.Cold";

    private static readonly ActivitySource Activities = new(SourceName);

    internal static async Task<ColdScan> PlanAsync(Func<Task<ColdScan>> plan)
    {
        using var activity = Activities.StartActivity("cold.plan");
        try
        {
            var scan = await plan();
            activity?.SetTag("cold.files.total", scan.FilesTotal).SetTag("cold.files.read", scan.FilesRead).SetTag("cold.snapshot.id", scan.SnapshotId);
            return scan;
        }
        catch (Exception error)
        {
            Fail(activity, error);
            throw;
        }
    }

    internal static async Task<OpenScans> OpenAsync(IReadOnlyList<ColdScan> scans, Func<Task<OpenScans>> open)
    {
        if (scans.All(scan => scan.FilesRead == 0))
        {
            return await open();
        }

        var activity = Activities.StartActivity("cold.scan");
        try
        {
            using var fetch = Activities.StartActivity("cold.fetch");
            var opened = await open();
            activity?.SetTag("cold.files.read", scans.Sum(scan => scan.FilesRead)).SetTag("cold.bytes.needed", scans.Sum(scan => scan.BytesNeeded))
                .SetTag("cold.bytes.fetched", opened.Files.BytesFetched).SetTag("cold.cache.hits", opened.Files.CacheHits);
            opened.Span = activity;
            return opened;
        }
        catch (Exception error)
        {
            Fail(activity, error);
            activity?.Dispose();
            throw;
        }
    }

    private static void Fail(Activity? activity, Exception error) => activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error.GetType().Name);
}
