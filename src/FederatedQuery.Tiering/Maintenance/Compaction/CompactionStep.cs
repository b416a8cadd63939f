using System.Globalization;
using FederatedQuery.Iceberg;

namespace FederatedQuery.Tiering.Maintenance.Compaction;

/// <summary>Compacts a table, where its settings say so.</summary>
internal sealed class CompactionStep(Compactor compactor, MaintenanceMetrics metrics) : IMaintenanceStep
{
    public string Name => "compaction";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        if (!context.Settings.IsCompacted)
        {
            return null;
        }

        try
        {
            var options = new CompactionOptions { TargetFileBytes = context.Settings.TargetFileBytes };
            return Describe(await compactor.CompactAsync(context.Catalog, context.Table, options, new Reported(context, metrics), cancellationToken));
        }
        catch (IcebergException unsupported) when (unsupported.Kind == IcebergErrorKind.Unsupported)
        {
            // Other engines' tables need the other steps all the same.
            return $"Not compacted: {unsupported.Message}";
        }
    }

    private static string? Describe(CompactionResult result)
    {
        var parts = new List<string>();
        if (result.FilesBefore > 0)
        {
            parts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Compacted {result.FilesBefore} files ({result.BytesBefore} bytes) into {result.FilesAfter} ({result.BytesAfter} bytes)."));
        }

        if (result.DeleteFilesRemoved > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{result.DeleteFilesRemoved} delete files are gone."));
        }

        if (result.Conflicts > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{result.Conflicts} times others changed files that were being compacted."));
        }

        if (result.Failures > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{result.Failures} groups of files cannot be rewritten, the first of them because: {result.FirstFailure}"));
        }

        return parts.Count == 0 ? null : string.Join(' ', parts);
    }

    /// <summary>Unlike <see cref="Progress{T}"/> at once, in order.</summary>
    private sealed class Reported(MaintenanceContext context, MaintenanceMetrics metrics) : IProgress<CompactionProgress>
    {
        private CompactionResult _told = CompactionResult.Nothing;

        public void Report(CompactionProgress value)
        {
            context.Report(
                (double)value.BytesDone / Math.Max(1, value.BytesTotal),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Compacting: {value.BytesDone} of {value.BytesTotal} bytes are rewritten, {value.Done.Groups} of {value.GroupsTotal} groups of files committed."));
            context.Add(value.Done.Rows - _told.Rows, value.Done.BytesAfter - _told.BytesAfter);
            metrics.Compacted(value.Done.FilesBefore - _told.FilesBefore, value.Done.BytesBefore - _told.BytesBefore, value.Done.Conflicts - _told.Conflicts);
            _told = value.Done;
        }
    }
}
