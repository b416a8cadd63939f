using System.Runtime.CompilerServices;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Elsewhere;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Tables;

/// <summary>Lists tables that exist elsewhere under names of the catalog.</summary>
public sealed class TableRegistrar(
    ColdCatalog catalog, ManifestCache manifests, ObjectStoreRegistry stores, ElsewhereStores elsewhere, PostgresIntrospector introspector,
    IOptions<ColdOptions> options)
{
    /// <summary>
    /// Registers a table as the operator of this gateway: what the location map leads to, or on local disk the table's own folder, becomes readable
    /// for this table. Not to be offered to clients. The namespace is made when absent.
    /// </summary>
    /// <param name="metadataLocation">Its metadata file, where it is now: absolute.</param>
    /// <param name="map">For a table that was copied elsewhere since it was written.</param>
    /// <exception cref="TieringException">NotFound, InvalidArgument, NotAllowed: what is wrong with the arguments.</exception>
    /// <exception cref="IcebergException">The metadata is none, or the name is taken.</exception>
    /// <exception cref="ObjectStoreException">A file cannot be read.</exception>
    public async Task<CatalogTable> RegisterAsync(
        TableIdentifier identifier, string metadataLocation, LocationMap map, CancellationToken cancellationToken)
    {
        var location = ObjectStoreRegistry.Normalize(metadataLocation);
        var whole = WithFolderOf(location, map);
        foreach (var entry in whole.Entries)
        {
            RequireReadable(entry);
        }

        await RequireFreeAsync(identifier, cancellationToken);
        var table = await LoadAsync(identifier, location, whole, cancellationToken);
        var listed = await ManifestsAsync(table, cancellationToken);
        await RequireUsedAsync(table, map, listed, cancellationToken);
        await catalog.EnsureNamespaceAsync(identifier.Namespace, cancellationToken);
        return await catalog.Current.RegisterTableAsync(identifier, location, whole, cancellationToken);
    }

    /// <summary>A table outside of the stores that this gateway has is opened as if its folder were mapped to itself.</summary>
    private LocationMap WithFolderOf(string location, LocationMap map)
    {
        if (stores.Covers(location) || map.Entries.Any(entry => LocationMap.IsBelow(location, entry.To)))
        {
            return map;
        }

        const string Metadata = "/metadata";
        var folder = location[..location.LastIndexOf('/')];
        var root = folder.EndsWith(Metadata, StringComparison.Ordinal) ? folder[..^Metadata.Length] : folder;
        return LocationMap.Of(map.Entries.Where(entry => entry.From != root).Select(entry => (entry.From, entry.To)).Append((root, root)));
    }

    /// <summary>What is opened is a folder that exists, and neither everything nor the gateway's own files.</summary>
    private void RequireReadable(LocationMap.Entry entry)
    {
        var place = ElsewhereStores.FolderOf(entry.To) ?? entry.To;
        if (options.Value.OthersLocations.FirstOrDefault(other => LocationMap.IsBelow(place, other) || LocationMap.IsBelow(other, place)) is { } others)
        {
            throw new TieringException(TieringErrorKind.NotAllowed, $"'{entry.To}' cannot be opened for a table: '{others}' is another tenant's.");
        }

        if (stores.Covers(entry.To))
        {
            return;
        }

        if (ElsewhereStores.FolderOf(entry.To) is not { } folder)
        {
            if (elsewhere.Open(entry.To) is not null)
            {
                return;
            }

            throw new TieringException(
                TieringErrorKind.InvalidArgument, $"The location map leads from '{entry.From}' to '{entry.To}', which is neither on local disk nor in a bucket.");
        }

        if (!Directory.Exists(folder))
        {
            throw new TieringException(TieringErrorKind.NotFound, $"The location map leads from '{entry.From}' to the folder '{folder}', which does not exist.");
        }

        var own = Path.GetDirectoryName(Path.GetFullPath(options.Value.WarehouseDirectory))!;
        if (Path.GetDirectoryName(folder) is null || LocationMap.IsBelow(own, folder) || LocationMap.IsBelow(folder, own))
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed, $"The folder '{folder}' cannot be opened for a table: it holds files of this gateway or of the system. Name the table's own folder.");
        }
    }

    private async Task RequireFreeAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var hot = new TableName(TableNames.SchemaOf(identifier.Namespace), identifier.Name);
        if (await introspector.FindAsync(hot, cancellationToken) is not null)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed, $"PostgreSQL has a table '{hot}', so no Iceberg table can be registered as '{identifier}'. Choose another name or namespace.");
        }

        if ((await catalog.Current.ListNamespacesAsync(cancellationToken)).Contains(identifier.Namespace)
            && (await catalog.Current.ListTablesAsync(identifier.Namespace, cancellationToken)).Contains(identifier))
        {
            throw new TieringException(TieringErrorKind.NotAllowed, $"The table '{identifier}' exists already. Choose another name, or drop it first.");
        }
    }

    private async Task<CatalogTable> LoadAsync(TableIdentifier identifier, string location, LocationMap map, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.Current.LoadAsync(identifier, location, map, cancellationToken);
        }
        catch (ObjectStoreException missing) when (missing.Kind == ObjectStoreErrorKind.NotFound)
        {
            throw new TieringException(TieringErrorKind.NotFound, $"There is no metadata file '{location}'.", missing);
        }
    }

    /// <summary>Reading them proves that the files are where they are said to be.</summary>
    private async Task<IReadOnlyList<ManifestFile>> ManifestsAsync(CatalogTable table, CancellationToken cancellationToken)
    {
        if (table.Metadata.CurrentSnapshot is not { } snapshot)
        {
            return [];
        }

        try
        {
            return await manifests.GetManifestsAsync(snapshot, table.Locations!, cancellationToken);
        }
        catch (Exception error) when (error is ObjectStoreException { Kind: ObjectStoreErrorKind.NotFound or ObjectStoreErrorKind.InvalidLocation }
            or IcebergException { Kind: IcebergErrorKind.InvalidFile })
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument,
                $"The manifests of the current snapshot cannot be read: {error.Message} If the table was copied, say from where to where its locations lead: --location-map FROM=TO.",
                error);
        }
    }

    private async Task RequireUsedAsync(CatalogTable table, LocationMap map, IReadOnlyList<ManifestFile> listed, CancellationToken cancellationToken)
    {
        var unused = map.Entries.ToHashSet();
        await foreach (var named in NamesAsync(table, listed, cancellationToken))
        {
            if (unused.Count == 0 || named is null)
            {
                // Null: what a file of position deletes names is known to those alone who read it.
                return;
            }

            unused.RemoveWhere(entry => entry.Covers(named));
        }

        if (unused.Count > 0)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument,
                $"The location map leads from {string.Join(" and ", unused.Select(entry => $"'{entry.From}'"))}, where the table names no file. Its location is '{table.Metadata.Location}'.");
        }
    }

    /// <summary>All that the metadata and the current snapshot name, the nearest first.</summary>
    private async IAsyncEnumerable<string?> NamesAsync(
        CatalogTable table, IReadOnlyList<ManifestFile> listed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var metadata = table.Metadata;
        var near = metadata.Snapshots.SelectMany(snapshot => snapshot.Manifests.Append(snapshot.ManifestList ?? ""))
            .Concat(metadata.Statistics.Concat(metadata.PartitionStatistics).Select(file => file.StatisticsPath))
            .Concat(metadata.MetadataLog.Select(entry => entry.MetadataFile))
            .Concat(metadata.Properties.Values)
            .Concat(listed.Select(manifest => manifest.ManifestPath))
            .Prepend(metadata.Location);
        foreach (var location in near)
        {
            yield return location;
        }

        foreach (var manifest in listed)
        {
            foreach (var file in (await manifests.GetEntriesAsync(metadata, manifest, table.Locations!, cancellationToken)).Select(entry => entry.DataFile))
            {
                yield return file.FilePath;
                if (file.Content == FileContent.PositionDeletes)
                {
                    yield return file.IsDeletionVector ? file.ReferencedDataFile : null;
                }
            }
        }
    }
}
