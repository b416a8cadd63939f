using FederatedQuery.Cold;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>Gives each job a catalog that commits only while the job's lease holds.</summary>
public sealed class JobCatalogs(ColdCatalog catalog, PostgresConnections connections)
{
    /// <param name="job">As it was leased.</param>
    /// <returns>A catalog whose commits fail with <see cref="TieringErrorKind.LeaseLost"/> once another has taken the job over, or it was cancelled.</returns>
    public ICatalog Of(Job job) => new FencedCatalog(catalog, connections, job);

    /// <inheritdoc cref="Of(Job)"/>
    /// <param name="companion">Joins each commit.</param>
    public ICatalog Of(Job job, CommitCompanion companion) => new FencedCatalog(catalog, connections, job, companion);
}
