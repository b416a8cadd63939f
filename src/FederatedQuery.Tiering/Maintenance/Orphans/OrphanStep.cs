using System.Globalization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Maintenance.Orphans;

/// <summary>Removes old files that nothing names.</summary>
internal sealed class OrphanStep(OrphanRemover remover) : IMaintenanceStep
{
    public string Name => "orphan removal";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        if (!(await context.Catalog.LoadTableAsync(context.Table, cancellationToken)).Metadata.MayDeleteFiles())
        {
            return null;
        }

        var orphans = await remover.RemoveAsync(context.Table, isDryRun: false, cancellationToken);
        return orphans.Files == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Found {orphans.Files} orphans ({orphans.Bytes} bytes), which are deleted when no query reads them any more.");
    }
}
