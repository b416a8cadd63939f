using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>
/// The next state of a table, with all its files written and nothing published: what is left is the catalog's compare-and-set from
/// <see cref="PreviousLocation"/> to <see cref="NewLocation"/>, or from <see cref="Base"/> to <see cref="Metadata"/>.
/// </summary>
public sealed record StagedCommit
{
    public required TableIdentifier Identifier { get; init; }

    public required string PreviousLocation { get; init; }

    /// <summary>Where the next metadata file is. A catalog that writes it itself (<see cref="CatalogTable.CatalogWritesMetadata"/>) chooses another place.</summary>
    public required string NewLocation { get; init; }

    /// <summary>The state that the commit starts from.</summary>
    public required TableMetadata Base { get; init; }

    public required TableMetadata Metadata { get; init; }

    /// <summary>Metadata files written for this attempt alone: the manifest list and the metadata file. Useless if the commit fails.</summary>
    public required ImmutableArray<string> AttemptFiles { get; init; }

    /// <inheritdoc cref="CatalogTable.Stores"/>
    internal ObjectStoreRegistry? Stores { get; init; }
}
