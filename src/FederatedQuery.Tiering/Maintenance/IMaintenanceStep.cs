using FederatedQuery.Iceberg;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>
/// A part of the job <c>maintenance</c>. It begins from what the tables say, so that doing it again after it was cut short anywhere is right. Registered in the order in which
/// parts are done.
/// </summary>
public interface IMaintenanceStep
{
    /// <summary>What it does, as a noun for people: <c>compaction</c>.</summary>
    string Name { get; }

    /// <summary>Does it.</summary>
    /// <returns>A sentence with its figures for the job's message; null when there was nothing to do.</returns>
    /// <exception cref="TieringException">It was not done, which keeps no other step from being done; nor does the failure of a table or a store.</exception>
    /// <exception cref="IcebergException">The same.</exception>
    /// <exception cref="ObjectStoreException">The same.</exception>
    Task<string?> RunAsync(MaintenanceContext context, CancellationToken cancellationToken);
}
