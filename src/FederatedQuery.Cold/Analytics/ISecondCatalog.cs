using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Cold.Analytics;

/// <summary>
/// A catalog beside the one that the cold tables are in, through which other engines find them. It is told which metadata file is current for each, and nothing is
/// ever written to a table through it. Members are to be called by one at a time for a table.
/// </summary>
/// <remarks>Failures are <see cref="IcebergException"/>s: AccessDenied, Unavailable, Unsupported, InvalidValue, CommitStateUnknown.</remarks>
public interface ISecondCatalog
{
    /// <summary>What it is and where, for people.</summary>
    string Name { get; }

    /// <summary>Its engines read S3 alone.</summary>
    bool NeedsS3 { get; }

    /// <summary>Makes a namespace unless it is there already.</summary>
    Task EnsureNamespaceAsync(string name, CancellationToken cancellationToken);

    /// <returns>Null when there is no such table.</returns>
    Task<SecondTable?> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken);

    /// <summary>Makes the metadata of a table that which the catalog has for it.</summary>
    /// <param name="table">As it is now.</param>
    /// <param name="known">What <see cref="FindAsync"/> found; null: the table is new there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task PointAsync(CatalogTable table, SecondTable? known, CancellationToken cancellationToken);

    /// <summary>Takes a table off the list; its files stay.</summary>
    /// <returns>False when there was none.</returns>
    Task<bool> DropAsync(TableIdentifier identifier, CancellationToken cancellationToken);
}

/// <summary>A table as a second catalog has it.</summary>
/// <param name="MetadataLocation">The metadata file that is current there.</param>
/// <param name="Location">The table's own, which tells it from another of the same name; null: not known.</param>
public sealed record SecondTable(string MetadataLocation, string? Location);
