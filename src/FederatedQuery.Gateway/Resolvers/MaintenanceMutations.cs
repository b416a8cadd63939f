using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Maintenance.Settings;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Compaction, retention, snapshot expiry and clearing up of cold tables.</summary>
[MutationType]
internal sealed class MaintenanceMutations(MaintenanceService maintenance, TableRegistry registry)
{
    [Authorize(RoleNames.Admin)]
    public Task<MutationResult> ConfigureTableMaintenanceAsync(
        string tableName, string? @namespace, bool? enabled, bool? compaction, int? snapshotRetentionDays, int? targetFileSizeMb,
        CancellationToken cancellationToken) => Failures.TranslateAsync(async () =>
    {
        var input = new ConfigureMaintenance
        {
            Enabled = enabled,
            Compaction = compaction,
            SnapshotRetentionDays = snapshotRetentionDays,
            TargetFileSizeMb = targetFileSizeMb,
        };
        return new MutationResult(true, await maintenance.ConfigureAsync(await FindAsync(tableName, @namespace, cancellationToken), input, cancellationToken));
    });

    [Authorize(RoleNames.Admin)]
    public Task<JobView> RunTableMaintenanceAsync(string tableName, string? @namespace, CancellationToken cancellationToken) =>
        Failures.TranslateAsync(async () => new JobView(
            await maintenance.RunAsync(await FindAsync(tableName, @namespace, cancellationToken), cancellationToken)));

    private async Task<TableIdentifier> FindAsync(string tableName, string? tableNamespace, CancellationToken cancellationToken)
    {
        var table = await registry.RequireAsync(tableNamespace, tableName, cancellationToken);
        return new TableIdentifier(table.Namespace, table.Name);
    }
}

internal sealed record MutationResult(bool Success, string Message);
