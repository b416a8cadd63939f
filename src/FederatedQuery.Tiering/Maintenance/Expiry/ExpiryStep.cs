using System.Globalization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Maintenance.Expiry;

/// <summary>Drops the snapshots that are older than the table keeps.</summary>
internal sealed class ExpiryStep(SnapshotExpirer expirer) : IMaintenanceStep
{
    public string Name => "snapshot expiry";

    public async Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken)
    {
        if (!(await context.Catalog.LoadTableAsync(context.Table, cancellationToken)).Metadata.MayDeleteFiles())
        {
            return $"All snapshots are kept, for the table's property '{TableProperties.GarbageCollectionEnabled}' is false.";
        }

        var expired = await expirer.ExpireAsync(context.Catalog, context.Table, context.Settings.SnapshotRetentionDays, cancellationToken);
        return expired is { Snapshots: 0, Refs: 0 }
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Expired {expired.Snapshots} snapshots{(expired.Refs > 0 ? $" and {expired.Refs} branches and tags" : "")}; {expired.Files} files ({expired.Bytes} bytes) go with them.");
    }
}
