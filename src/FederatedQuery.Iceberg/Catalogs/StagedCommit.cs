using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>
/// The next state of a table, with all its files written and nothing published: what is left is the catalog's compare-and-set from
/// <see cref="PreviousLocation"/> to <see cref="NewLocation"/>.
/// </summary>
public sealed record StagedCommit
{
    public required TableIdentifier Identifier { get; init; }

    public required string PreviousLocation { get; init; }

    public required string NewLocation { get; init; }

    public required TableMetadata Metadata { get; init; }

    /// <summary>Metadata files written for this attempt alone: the manifest list and the metadata file. Useless if the commit fails.</summary>
    public required ImmutableArray<string> AttemptFiles { get; init; }
}
