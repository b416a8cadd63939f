using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>A table for a client, and the ETag of what it is given.</summary>
/// <param name="Table">Null: the client has this version already.</param>
public sealed record ServedTable(LoadTableResult? Table, string? Tag);

/// <summary>Tables as the REST catalog API has them, but for commits. Errors are those of <see cref="RestFailures"/>.</summary>
public sealed class ServedTables
{
    private const string FormatVersionProperty = "format-version";

    private readonly Func<SqlCatalog> _catalog;
    private readonly ServedNamespaces _namespaces;
    private readonly ServedLocations _locations;
    private readonly TablePurge _purge;
    private readonly TableGuard _guard;

    internal ServedTables(Func<SqlCatalog> catalog, ServedNamespaces namespaces, ServedLocations locations, TablePurge purge, TableGuard guard)
    {
        _catalog = catalog;
        _namespaces = namespaces;
        _locations = locations;
        _purge = purge;
        _guard = guard;
    }

    public async Task<ListTablesResponse> ListAsync(string @namespace, PageRequest page, CancellationToken cancellationToken)
    {
        var tables = await _catalog().ListTablesAsync(@namespace, cancellationToken);
        var (names, next) = Paging.Take([.. tables.Select(table => table.Name)], page);
        return new ListTablesResponse([.. names.Select(name => new TableIdentifier(@namespace, name))], next);
    }

    /// <summary>Creates a table, or with stage-create says what its first metadata would be.</summary>
    public async Task<ServedTable> CreateAsync(string @namespace, CreateTableRequest request, CancellationToken cancellationToken)
    {
        var identifier = new TableIdentifier(@namespace, request.Name);
        await _namespaces.RequireAsync(@namespace, cancellationToken);
        if (request.Location is not null)
        {
            _locations.RequireInStore(request.Location, "'location'");
        }

        var metadata = ClientInput.Check(() => FirstMetadata(identifier, request));
        await _locations.RequireAsync(identifier, before: null, metadata, cancellationToken);
        await _guard(identifier, null, metadata, cancellationToken);
        if (!request.StageCreate)
        {
            return Whole(await _catalog().CreateTableAsync(identifier, metadata, transaction: null, cancellationToken));
        }

        return await ExistsAsync(identifier, cancellationToken)
            ? throw new IcebergException(IcebergErrorKind.AlreadyExists, $"The table '{identifier}' exists already.")
            : new ServedTable(new LoadTableResult { Metadata = metadata }, Tag: null);
    }

    /// <param name="refsOnly">Only snapshots that a branch or tag points to.</param>
    /// <param name="ifNoneMatch">The header.</param>
    public async Task<ServedTable> LoadAsync(TableIdentifier identifier, bool refsOnly, string? ifNoneMatch, CancellationToken cancellationToken)
    {
        var representation = refsOnly ? "refs" : "all";
        if (ifNoneMatch is not null)
        {
            var tag = TableTag.Of(await _catalog().FindMetadataLocationAsync(identifier, cancellationToken), representation);
            if (TableTag.Matches(ifNoneMatch, tag))
            {
                return new ServedTable(null, tag);
            }
        }

        var table = await _catalog().LoadTableAsync(identifier, cancellationToken);
        return new ServedTable(ToResult(table, refsOnly ? WithReferencedSnapshots(table.Metadata) : table.Metadata), TableTag.Of(table.MetadataLocation, representation));
    }

    /// <exception cref="IcebergException">NotFound.</exception>
    public async Task RequireAsync(TableIdentifier identifier, CancellationToken cancellationToken) =>
        await _catalog().FindMetadataLocationAsync(identifier, cancellationToken);

    /// <param name="purge">Whether its files are deleted too.</param>
    public async Task DropAsync(TableIdentifier identifier, bool purge, CancellationToken cancellationToken)
    {
        await RequireAsync(identifier, cancellationToken);
        await _guard(identifier, null, null, cancellationToken);
        if (purge)
        {
            await _purge.DropAsync(identifier, cancellationToken);
        }
        else if (!await _catalog().DropTableAsync(identifier, cancellationToken))
        {
            throw new IcebergException(IcebergErrorKind.NotFound, $"There is no table '{identifier}'; somebody else has just dropped it.");
        }
    }

    /// <summary>Takes a table off the list and says where its newest metadata is.</summary>
    public async Task<ServedTable> UnregisterAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        while (true)
        {
            var table = await _catalog().LoadTableAsync(identifier, cancellationToken);
            await _guard(identifier, table.Metadata, null, cancellationToken);
            if (await _catalog().TryDropTableAsync(table, cancellationToken))
            {
                return new ServedTable(ToResult(table, table.Metadata), Tag: null);
            }
        }
    }

    public async Task RenameAsync(RenameTableRequest request, CancellationToken cancellationToken)
    {
        var table = await _catalog().LoadTableAsync(request.Source, cancellationToken);
        await _namespaces.RequireAsync(request.Destination.Namespace, cancellationToken);
        await _guard(request.Source, table.Metadata, null, cancellationToken);
        if (request.Destination != request.Source)
        {
            await _guard(request.Destination, null, table.Metadata, cancellationToken);
        }

        await _catalog().RenameTableAsync(request.Source, request.Destination, cancellationToken);
    }

    /// <summary>Lists a table whose metadata lies in one of the registered stores.</summary>
    public async Task<ServedTable> RegisterAsync(string @namespace, RegisterTableRequest request, CancellationToken cancellationToken)
    {
        var identifier = new TableIdentifier(@namespace, request.Name);
        await _namespaces.RequireAsync(@namespace, cancellationToken);
        var metadata = await ReadAsync(identifier, request.MetadataLocation, cancellationToken);
        _locations.RequireInStore(metadata.Location, $"The location of the table in '{request.MetadataLocation}'");
        await _guard(identifier, null, metadata, cancellationToken);
        if (!request.Overwrite || !await ExistsAsync(identifier, cancellationToken))
        {
            return Whole(await _catalog().RegisterTableAsync(identifier, request.MetadataLocation, cancellationToken));
        }

        // What it was is let go of, as by a drop.
        var replaced = await _catalog().LoadTableAsync(identifier, cancellationToken);
        await _guard(identifier, replaced.Metadata, null, cancellationToken);
        var commit = new StagedCommit
        {
            Identifier = identifier,
            PreviousLocation = replaced.MetadataLocation,
            NewLocation = request.MetadataLocation,
            Base = replaced.Metadata,
            Metadata = metadata,
            AttemptFiles = [],
        };
        return replaced.MetadataLocation == request.MetadataLocation || await _catalog().TryCommitAsync(commit, cancellationToken) is not null
            ? Whole(new CatalogTable(identifier, request.MetadataLocation, metadata))
            : throw new IcebergException(IcebergErrorKind.CommitConflict, $"Table '{identifier}' was changed while it was to be replaced; try again.");
    }

    internal static ServedTable Whole(CatalogTable table) => new(ToResult(table, table.Metadata), TableTag.Of(table.MetadataLocation, "all"));

    private static LoadTableResult ToResult(CatalogTable table, TableMetadata metadata) => new() { MetadataLocation = table.MetadataLocation, Metadata = metadata };

    private TableMetadata FirstMetadata(TableIdentifier identifier, CreateTableRequest request)
    {
        var fresh = new FreshFieldIds(request.Schema);
        var asked = request.Properties.GetValueOrDefault(FormatVersionProperty, "2");
        return _catalog().FirstMetadata(identifier, new NewTable
        {
            Schema = fresh.Schema,
            PartitionSpec = fresh.Of(request.PartitionSpec),
            SortOrder = fresh.Of(request.WriteOrder),
            Properties = request.Properties.Remove(FormatVersionProperty),
            FormatVersion = asked switch
            {
                "2" => 2,
                "3" => 3,
                _ => throw IcebergException.InvalidMetadata($"The property '{FormatVersionProperty}' is '{asked}'; tables are created with version 2 or 3."),
            },
            Location = request.Location,
        });
    }

    private async Task<bool> ExistsAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            await RequireAsync(identifier, cancellationToken);
            return true;
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return false;
        }
    }

    private async Task<TableMetadata> ReadAsync(TableIdentifier identifier, string metadataLocation, CancellationToken cancellationToken)
    {
        var file = _locations.RequireInStore(metadataLocation, "'metadata-location'");
        try
        {
            // What was read once is kept, also when the file has been purged since.
            await file.Store.HeadAsync(file.Key, cancellationToken);
            return (await ClientInput.CheckAsync(() => _catalog().LoadAsync(identifier, metadataLocation, LocationMap.Empty, cancellationToken))).Metadata;
        }
        catch (ObjectStoreException error) when (error.Kind is ObjectStoreErrorKind.NotFound or ObjectStoreErrorKind.InvalidLocation or ObjectStoreErrorKind.TooLarge)
        {
            throw new RestCatalogException(400, RestErrorType.BadRequest, $"'metadata-location' cannot be read: {error.Message}", error);
        }
    }

    private static TableMetadata WithReferencedSnapshots(TableMetadata table)
    {
        var referenced = table.Refs.Values.Select(reference => reference.SnapshotId).ToImmutableHashSet();
        return table with { Snapshots = table.Snapshots.RemoveAll(snapshot => !referenced.Contains(snapshot.SnapshotId)) };
    }
}
