using FederatedQuery.Cold;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Tiering.Maintenance;

/// <summary>
/// Other tables that lie in the folders of a table, or around them: one that was registered under two names, one that was put below another. What may be theirs
/// is not deleted.
/// </summary>
public sealed partial class TableNeighbours(ColdCatalog catalog, ILogger<TableNeighbours> logger)
{
    /// <param name="table">As its catalog has it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">A REST catalog does not answer.</exception>
    public async Task<Neighbours> FindAsync(CatalogTable table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        var own = table.Locations?.Folders ?? [ObjectStoreRegistry.Normalize(table.Metadata.Location).TrimEnd('/')];
        var others = catalog.IsRest ? await ListAsync(table.Identifier, cancellationToken) : await ListAroundAsync(table.Identifier, own, cancellationToken);
        var around = others.FirstOrDefault(other => own.Any(folder => LocationMap.IsBelow(folder, other.Folder)));
        return new Neighbours(
            around.Name,
            [.. others.Select(other => other.Folder).Where(folder => own.Any(mine => LocationMap.IsBelow(folder, mine)))]);
    }

    private async Task<IReadOnlyList<(string Name, string Folder)>> ListAroundAsync(
        TableIdentifier table, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var found = new List<(string, string)>();
        foreach (var folder in folders)
        {
            found.AddRange(await catalog.Current.ListTablesAroundAsync(table, folder, cancellationToken));
        }

        return found;
    }

    /// <summary>A REST catalog tells where a table lies only with the table itself.</summary>
    private async Task<IReadOnlyList<(string Name, string Folder)>> ListAsync(TableIdentifier except, CancellationToken cancellationToken)
    {
        var found = new List<(string, string)>();
        foreach (var tableNamespace in await catalog.Catalog.ListNamespacesAsync(cancellationToken))
        {
            foreach (var identifier in await catalog.Catalog.ListTablesAsync(tableNamespace, cancellationToken))
            {
                if (identifier != except && await TryLoadAsync(identifier, cancellationToken) is { } other)
                {
                    found.AddRange((other.Locations?.Folders ?? []).Select(folder => (identifier.ToString(), folder)));
                }
            }
        }

        return found;
    }

    private async Task<CatalogTable?> TryLoadAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
        }
        catch (IcebergException error) when (error.Kind is IcebergErrorKind.NotFound or IcebergErrorKind.InvalidMetadata or IcebergErrorKind.Unsupported)
        {
            // Gone since it was listed, or of no use to anybody as it is.
            Log.Unreadable(logger, identifier.ToString(), error);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.NeighbourUnreadable, LogLevel.Debug, "Table '{Table}' cannot be read, so whether it lies in the folder of another is not known")]
        public static partial void Unreadable(ILogger logger, string table, Exception error);
    }
}

/// <summary>Tables that share folders with another.</summary>
/// <param name="Around">A table that has, or holds, a folder of the table: everything in it may be its own. Null: there is none.</param>
/// <param name="Inside">Folders of other tables below those of the table.</param>
public sealed record Neighbours(string? Around, IReadOnlyList<string> Inside)
{
    /// <summary>Whether a location lies in the folder of another table.</summary>
    public bool Own(string location)
    {
        var normal = ObjectStoreRegistry.Normalize(location);
        return Inside.Any(folder => LocationMap.IsBelow(normal, folder));
    }
}
