using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>Commits as the REST catalog API has them, made by the same code as this library's own. Errors are those of <see cref="RestFailures"/>.</summary>
public sealed class ServedCommits
{
    private const int MaxTables = 100;

    private readonly Func<SqlCatalog> _catalog;
    private readonly TableCommitter _committer;
    private readonly ServedNamespaces _namespaces;
    private readonly ServedLocations _locations;
    private readonly TableGuard _guard;
    private readonly TimeProvider _timeProvider;

    internal ServedCommits(
        Func<SqlCatalog> catalog, TableCommitter committer, ServedNamespaces namespaces, ServedLocations locations, TableGuard guard, TimeProvider timeProvider)
    {
        _catalog = catalog;
        _committer = committer;
        _namespaces = namespaces;
        _locations = locations;
        _guard = guard;
        _timeProvider = timeProvider;
    }

    /// <summary>Commits to a table; with the requirement assert-create, creates it.</summary>
    public async Task<ServedTable> CommitAsync(TableIdentifier identifier, CommitTableRequest request, CancellationToken cancellationToken)
    {
        if (request.Identifier is not null && request.Identifier != identifier)
        {
            throw RestCatalogException.BadRequest($"The path names the table '{identifier}' and 'identifier' of the body '{request.Identifier}'; they must be the same.");
        }

        if (request.Requirements.OfType<AssertCreate>().Any())
        {
            return await CreateAsync(identifier, request, cancellationToken);
        }

        if (request.Updates.IsEmpty)
        {
            var table = await _catalog().LoadTableAsync(identifier, cancellationToken);
            RestCommit.CheckRequirements(identifier, request, table.Metadata);
            return ServedTables.Whole(table);
        }

        return ServedTables.Whole(await _committer.CommitAsync(_catalog(), identifier, [Change(identifier, request)], cancellationToken));
    }

    /// <summary>Commits to several tables, all or none.</summary>
    public async Task CommitAsync(CommitTransactionRequest request, CancellationToken cancellationToken)
    {
        var commits = new List<TableCommit>();
        foreach (var change in request.TableChanges)
        {
            var identifier = change.Identifier ?? throw RestCatalogException.BadRequest("One of 'table-changes' has no 'identifier', which is required in a transaction.");
            if (commits.Any(commit => commit.Identifier == identifier))
            {
                throw RestCatalogException.BadRequest($"'table-changes' has the table '{identifier}' twice; put its changes together.");
            }

            commits.Add(new TableCommit(identifier, [Change(identifier, change)]));
        }

        if (commits.Count is 0 or > MaxTables)
        {
            throw RestCatalogException.BadRequest($"'table-changes' has {commits.Count} entries; it must have 1 to {MaxTables}.");
        }

        await _committer.CommitAsync(_catalog(), commits, cancellationToken);
    }

    private RestCommit Change(TableIdentifier identifier, CommitTableRequest request) => new(identifier, request, _locations, _guard);

    private async Task<ServedTable> CreateAsync(TableIdentifier identifier, CommitTableRequest request, CancellationToken cancellationToken)
    {
        await _namespaces.RequireAsync(identifier.Namespace, cancellationToken);
        var existing = await FindAsync(identifier, cancellationToken);
        RestCommit.CheckRequirements(identifier, request, existing);
        var metadata = ClientInput.Check(
            () => TableUpdates.ApplyToNothing(request.Updates, _catalog().NewLocation(identifier), _timeProvider.GetUtcNow().ToUnixTimeMilliseconds()));
        await _locations.RequireAsync(identifier, before: null, metadata, cancellationToken);
        await _guard(identifier, null, metadata, cancellationToken);
        try
        {
            return ServedTables.Whole(await _catalog().CreateTableAsync(identifier, metadata, transaction: null, cancellationToken));
        }
        catch (IcebergException exists) when (exists.Kind == IcebergErrorKind.AlreadyExists)
        {
            throw new RestCatalogException(
                409, RestErrorType.CommitFailed, $"Commit to table '{identifier}' failed, requirement 'assert-create' does not hold: somebody else has just created the table.", exists);
        }
    }

    private async Task<TableMetadata?> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            return (await _catalog().LoadTableAsync(identifier, cancellationToken)).Metadata;
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }
}
