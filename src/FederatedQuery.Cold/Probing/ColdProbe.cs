using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Files;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.ObjectStore;
using Npgsql;

namespace FederatedQuery.Cold.Probing;

/// <summary>
/// Proves that cold rows can be read now, by reading some: a file of the catalog's, its last bytes past every cache, so that credentials
/// that have expired show, and its rows by DuckDB. Safe for concurrent use.
/// </summary>
public sealed class ColdProbe(ColdCatalog catalog, ColdTables tables, ManifestCache manifests, ObjectStoreRegistry stores, DataFileSource files, DuckDbEngine engine)
{
    /// <summary>A catalog of more tables without a single small file is asked no further.</summary>
    private const int MostTables = 100;

    /// <summary>A larger file would cost more to bring here than a probe may.</summary>
    private const long MostBytes = 64 << 20;

    private volatile ProbedFile? _last;

    /// <summary>Finds a file to read by way of the catalog, the metadata and a manifest; that of the last time while its table is there.</summary>
    /// <returns>Null when no table of this gateway has rows in a file small enough.</returns>
    public async Task<ProbedFile?> FindAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && await FindAsync(last.Table, cancellationToken) is { } again)
        {
            return _last = again;
        }

        foreach (var identifier in (await tables.ListAsync(null, cancellationToken)).Take(MostTables))
        {
            try
            {
                if (await FindAsync(identifier, cancellationToken) is { } found)
                {
                    return _last = found;
                }
            }
            catch (ObjectStoreException outside) when (outside.Kind == ObjectStoreErrorKind.InvalidLocation && !catalog.IsRest)
            {
                throw new ObjectStoreException(outside.Kind, $"{catalog.DescribeOutsider(identifier)} ({outside.Message})", outside.Key, outside);
            }
        }

        return null;
    }

    /// <summary>Asks the store for the end of a file, or, without one, for what is in the warehouse.</summary>
    /// <exception cref="ObjectStoreException">The store refuses, or does not have the file.</exception>
    /// <exception cref="IcebergException">InvalidFile: the file is not what the manifest says.</exception>
    public async Task AskStoreAsync(CancellationToken cancellationToken)
    {
        ProbedFile? file;
        try
        {
            file = await FindAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            // That the catalog is down is not the store's fault, and told by those who ask the catalog.
            file = _last;
        }

        if (file is null && catalog.IsRest)
        {
            // Where its tables lie, and with whose credentials, a REST catalog says table by table.
            return;
        }

        if (file is null)
        {
            var (store, key) = stores.Resolve(catalog.Current.Options.Warehouse.TrimEnd('/') + "/probe");
            await foreach (var _ in store.ListPagesAsync(key, ListOptions.Default with { PageSize = 1 }, cancellationToken))
            {
                break;
            }

            return;
        }

        var end = new byte[8];
        var read = await file.Location.Store.ReadAsync(file.Location.Key, Math.Max(0, file.Length - end.Length), end, ifMatch: null, cancellationToken);
        if (read != end.Length || !end.AsSpan(4).SequenceEqual("PAR1"u8))
        {
            throw new IcebergException(IcebergErrorKind.InvalidFile, $"'{file.Location}' of table '{file.Table}' is not the Parquet file of {file.Length} bytes that its manifest names.");
        }
    }

    /// <summary>Has DuckDB read the file, as a query does.</summary>
    /// <exception cref="IcebergException">InvalidFile: it has not the rows that the manifest says.</exception>
    /// <exception cref="DuckDBException">DuckDB cannot read it.</exception>
    public async Task ReadAsync(ProbedFile file, CancellationToken cancellationToken)
    {
        using var leases = await files.AcquireAsync([new DataFileRequest(file.Location, file.Length)], cancellationToken);
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        using var result = await lease.Connection.QueryAsync(
            $"SELECT count(*) FROM read_parquet({DuckDBSql.QuoteLiteral(leases.Paths[0])})", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken);
        var rows = chunk is null ? 0 : chunk[0].Values<long>()[0];
        if (rows != file.Rows)
        {
            throw new IcebergException(IcebergErrorKind.InvalidFile, $"'{file.Location}' of table '{file.Table}' has {rows} rows; its manifest says {file.Rows}.");
        }
    }

    private async Task<ProbedFile?> FindAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        // What belongs to somebody else may go away, and says nothing of this gateway's health.
        if (await tables.FindAsync(identifier, null, cancellationToken) is not { Table.IsReadOnly: false, Metadata.CurrentSnapshot: { } snapshot } table)
        {
            return null;
        }

        var locations = table.Scan.LocationsIn(stores);
        foreach (var manifest in await manifests.GetManifestsAsync(snapshot, locations, cancellationToken))
        {
            if (manifest.Content != ManifestContent.Data || !manifest.MayHaveLiveFiles)
            {
                continue;
            }

            var smallest = (await manifests.GetEntriesAsync(table.Metadata, manifest, locations, cancellationToken))
                .Where(entry => entry.IsLive && entry.DataFile is { FileFormat: DataFile.Parquet, FileSizeInBytes: <= MostBytes })
                .MinBy(entry => entry.DataFile.FileSizeInBytes)?.DataFile;
            if (smallest is not null)
            {
                return new ProbedFile(identifier, locations.Resolve(smallest.FilePath), smallest.FileSizeInBytes, smallest.RecordCount);
            }
        }

        return null;
    }
}
