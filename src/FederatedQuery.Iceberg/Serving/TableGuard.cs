using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>The say of a table's owner in what others do to it: asked on each attempt, after the change is known and before anything is written.</summary>
/// <param name="identifier">The table.</param>
/// <param name="before">Its state; null when it is created or renamed to this name, or when it goes and nobody has looked.</param>
/// <param name="after">Its next state; null when it is dropped or renamed to another name.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <exception cref="RestCatalogException">It may not be done; the error says why.</exception>
public delegate Task TableGuard(TableIdentifier identifier, TableMetadata? before, TableMetadata? after, CancellationToken cancellationToken);
