using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// Deletes rows of cold tables by a predicate: files all of whose rows match leave the table without being read; of the others the matching rows are found
/// by DuckDB, a partition at a time, and deleted by position. One snapshot for all of it. Safe for concurrent use.
/// </summary>
public sealed class ColdDeletes
{
    private const int MaximumAttempts = 10;

    /// <summary>Data files whose rows are looked through by one statement, and deleted by one delete file at most.</summary>
    private const int FilesPerScan = 100;

    private readonly ColdScans _scans;
    private readonly DuckDbEngine _engine;
    private readonly ObjectStoreRegistry _stores;
    private readonly PositionDeleteWriter _writer;
    private readonly TableCommitter _committer;

    internal ColdDeletes(ColdScans scans, DuckDbEngine engine, ObjectStoreRegistry stores, ManifestCache manifests, PositionDeleteWriter writer, TimeProvider time)
    {
        _scans = scans;
        _engine = engine;
        _stores = stores;
        _writer = writer;
        _committer = new TableCommitter(stores, manifests, new CommitOptions(), time);
    }

    /// <summary>Deletes the rows of the current snapshot that match, and whatever matching rows others add until the deletion is committed.</summary>
    /// <param name="catalog">The table's.</param>
    /// <param name="identifier">The table, of format version 2.</param>
    /// <param name="predicate">
    /// Over the table's columns by their dotted names. As everywhere here logic is two-valued: <c>!=</c> and <c>not in</c> match nulls too, so add
    /// <c>not null</c> where they must stay.
    /// </param>
    /// <param name="properties">Further entries of the snapshot's summary.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">
    /// NotFound; InvalidExpression: the predicate does not suit the table; Unsupported: the table is not of version 2, or a file of a kind that is not read;
    /// ValidationFailed: others changed matching rows during every attempt; CommitStateUnknown.
    /// </exception>
    /// <exception cref="ObjectStoreException">A file cannot be read or written.</exception>
    public async Task<ColdDeletion> DeleteAsync(
        ICatalog catalog, TableIdentifier identifier, Expression predicate, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        for (var attempt = 1; ; attempt++)
        {
            var table = await catalog.LoadTableAsync(identifier, cancellationToken);
            var deletes = new List<DataFile>();
            try
            {
                return await TryDeleteAsync(catalog, table, predicate, properties, deletes, cancellationToken);
            }
            catch (Exception error) when (error is not IcebergException { Kind: IcebergErrorKind.CommitStateUnknown })
            {
                await DeleteFilesAsync(table, deletes);
                if (attempt == MaximumAttempts || error is not IcebergException { Kind: IcebergErrorKind.ValidationFailed })
                {
                    throw;
                }
            }
        }
    }

    private async Task<ColdDeletion> TryDeleteAsync(
        ICatalog catalog, CatalogTable table, Expression predicate, IReadOnlyDictionary<string, string> properties, List<DataFile> deletes, CancellationToken cancellationToken)
    {
        var plan = await _scans.PlanFilesAsync(TableScan.Of(table.Metadata) with { Locations = table.Locations, Filter = predicate }, cancellationToken);
        var whole = plan.Tasks.Where(task => task.Residual.IsTrue).ToList();
        var rows = whole.Where(task => task.Deletes.IsEmpty).Sum(task => task.File.RecordCount);
        using var lease = await _engine.Pool.RentAsync(cancellationToken);

        // Some of their rows are deleted already, and how many is not in the metadata.
        foreach (var files in whole.Where(task => !task.Deletes.IsEmpty).Chunk(FilesPerScan))
        {
            rows += await CountAsync(lease.Connection, plan with { Tasks = [.. files] }, cancellationToken);
        }

        var partly = plan.Tasks.Where(task => !task.Residual.IsTrue).GroupBy(task => (task.File.SpecId, task.File.Partition));
        foreach (var files in partly.SelectMany(partition => partition.Chunk(FilesPerScan)))
        {
            if (await WriteAsync(lease.Connection, plan with { Tasks = [.. files] }, deletes, cancellationToken) is { } written)
            {
                rows += written.RecordCount;
            }
        }

        if (whole.Count == 0 && deletes.Count == 0)
        {
            return ColdDeletion.Nothing;
        }

        var delta = new RowDelta([.. deletes], [])
        {
            Removed = [.. whole.Select(task => task.File)],
            ReferencedDataFiles = [.. plan.Tasks.Where(task => !task.Residual.IsTrue).Select(task => task.File.FilePath)],
            Check = new ConflictCheck { FromSnapshotId = plan.Scan.Snapshot!.SnapshotId, Filter = predicate },
            Properties = properties,
        };
        await _committer.CommitAsync(catalog, table.Identifier, [delta], cancellationToken);
        return new ColdDeletion(rows, whole.Count, deletes.Count, delta.SnapshotId);
    }

    private async Task<long> CountAsync(DuckDBConnection connection, ScanPlan plan, CancellationToken cancellationToken)
    {
        var scan = _scans.Of(plan, [MetadataColumns.RowPosition]);
        using var open = await _scans.OpenOnAsync(connection, scan, cancellationToken);
        using var result = await connection.QueryAsync($"SELECT count(*) FROM ({scan.SelectSql})", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for a count.");
        return chunk[0].Values<long>()[0];
    }

    /// <returns>Null when no row matches.</returns>
    private async Task<DataFile?> WriteAsync(DuckDBConnection connection, ScanPlan plan, List<DataFile> deletes, CancellationToken cancellationToken)
    {
        var condition = RowCondition.Of(plan.Scan.Schema, plan.Filter, MetadataColumns.FilePath, MetadataColumns.RowPosition);
        var scan = _scans.Of(plan, condition.Columns);
        using var open = await _scans.OpenOnAsync(connection, scan, cancellationToken);
        var rows = $"SELECT {MetadataColumns.FilePath.Name} AS {MetadataColumns.DeleteFilePath.Name}, {MetadataColumns.RowPosition.Name} AS {MetadataColumns.DeletePosition.Name} "
            + $"FROM ({scan.SelectSql}) AS {RowCondition.Relation} WHERE {condition.Sql}";
        var written = await _writer.WriteAsync(connection, rows, plan.Scan.Table, plan.Scan.Locations, plan.Tasks[0].File, cancellationToken);
        if (written is not null)
        {
            deletes.Add(written);
        }

        return written;
    }

    private async Task DeleteFilesAsync(CatalogTable table, IEnumerable<DataFile> files)
    {
        foreach (var group in files.Select(file => table.Locations?.Resolve(file.FilePath) ?? _stores.Resolve(file.FilePath)).GroupBy(location => location.Store))
        {
            await group.Key.DeleteAsync([.. group.Select(location => location.Key)], CancellationToken.None);
        }
    }
}
