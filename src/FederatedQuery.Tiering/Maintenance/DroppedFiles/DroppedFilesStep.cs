using System.Globalization;
using FederatedQuery.Hot.Control.Maintenance;

namespace FederatedQuery.Tiering.Maintenance.DroppedFiles;

/// <summary>Deletes the files whose time has come; the others are deleted later without a job.</summary>
internal sealed class DroppedFilesStep(DroppedFileCleaner cleaner, DroppedFileStore store) : IMaintenanceStep
{
    public string Name => "deletion of dropped files";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        var cleaned = await cleaner.CleanAsync(context.Table, cancellationToken);
        var waiting = await store.CountAsync(context.Table, cancellationToken);
        context.Add(rows: 0, cleaned.Bytes);
        var deleted = cleaned.Deleted == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"Deleted {cleaned.Deleted} dropped files ({cleaned.Bytes} bytes).");
        var left = waiting switch
        {
            { Files: 0 } => null,
            { NextIn: { } next } => string.Create(
                CultureInfo.InvariantCulture, $"{waiting.Files} files wait until no query reads them any more, the first for {Math.Ceiling(next.TotalMinutes):0} minutes."),
            _ => string.Create(CultureInfo.InvariantCulture, $"{waiting.Files} files wait until the table is seen without them."),
        };
        return deleted is null && left is null ? null : string.Join(' ', new[] { deleted, left }.OfType<string>());
    }
}
