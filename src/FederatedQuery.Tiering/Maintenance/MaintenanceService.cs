using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance.Settings;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>What a gateway offers its users of maintenance: the settings of a cold table, and its maintenance as a job.</summary>
public sealed class MaintenanceService(ColdCatalog catalog, MaintenanceConfigurator configurator, JobRunner runner)
{
    /// <summary>Changes the settings of a table's maintenance.</summary>
    /// <returns>What holds for the table now, as a sentence.</returns>
    /// <exception cref="TieringException">NotFound: it has no cold tier. InvalidArgument, NotAllowed.</exception>
    public async Task<string> ConfigureAsync(TableIdentifier identifier, ConfigureMaintenance input, CancellationToken cancellationToken)
    {
        var table = await RequireAsync(identifier, cancellationToken);
        return configurator.Describe(table, await configurator.ConfigureAsync(table, input, cancellationToken));
    }

    /// <summary>Starts the maintenance of a table, whether or not it is maintained by itself, and returns at once.</summary>
    /// <exception cref="TieringException">NotFound: it has no cold tier. NotAllowed: it is only read.</exception>
    public async Task<Job> RunAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var table = await RequireAsync(identifier, cancellationToken);
        return table.IsReadOnly
            ? throw MaintenanceConfigurator.ReadOnly(table)
            : await runner.StartJobAsync(MaintenanceJob.Kind, MaintenanceJob.NameOf(identifier), MaintenanceJob.Arguments(identifier), cancellationToken);
    }

    private async Task<CatalogTable> RequireAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            throw new TieringException(
                TieringErrorKind.NotFound,
                $"Table '{identifier}' has no cold tier, so there is nothing to maintain. A table of PostgreSQL gets one by configureTiering.",
                missing);
        }
    }
}
