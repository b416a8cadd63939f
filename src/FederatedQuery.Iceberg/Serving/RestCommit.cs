using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>
/// A client's commit as a change: on every attempt its requirements are checked against the state just loaded. One that fails ends the commit; what does not
/// touch what others have done in between is applied on top of it.
/// </summary>
internal sealed class RestCommit(TableIdentifier identifier, CommitTableRequest request, ServedLocations locations, TableGuard guard) : TableChange
{
    internal override async Task<TableMetadata> ApplyAsync(TableMetadata table, CommitFiles files, CancellationToken cancellationToken)
    {
        CheckRequirements(identifier, request, table);
        var next = ClientInput.Check(() => TableUpdates.Apply(table, request.Updates, files.NowMs));
        await locations.RequireAsync(identifier, table, next, cancellationToken);
        await guard(identifier, table, next, cancellationToken);
        return next;
    }

    /// <exception cref="RestCatalogException">409.</exception>
    public static void CheckRequirements(TableIdentifier identifier, CommitTableRequest request, TableMetadata? table)
    {
        foreach (var requirement in request.Requirements)
        {
            if (requirement.Mismatch(table) is { } mismatch && !(table is null && requirement is AssertCreate))
            {
                throw new RestCatalogException(
                    409, RestErrorType.CommitFailed, $"Commit to table '{identifier}' failed, requirement '{requirement.Type}' does not hold: {mismatch}. Nothing was changed; reload the table and try again.");
            }
        }
    }
}
