using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Npgsql;

namespace FederatedQuery.Cold;

/// <summary>The cold tables: which there are, at which version of their metadata, and which of their files a predicate needs.</summary>
public sealed class ColdTables(ColdCatalog catalog, ObjectStoreRegistry stores, DataFileSource files, ManifestCache manifests)
{
    private readonly ScanPlanner _planner = new(manifests);

    /// <param name="tableNamespace">Only of this namespace; null: of all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By namespace and name.</returns>
    public async Task<IReadOnlyList<TableIdentifier>> ListAsync(string? tableNamespace, CancellationToken cancellationToken)
    {
        var namespaces = tableNamespace is null ? await catalog.Current.ListNamespacesAsync(cancellationToken) : [tableNamespace];
        var tables = new List<TableIdentifier>();
        foreach (var name in namespaces.Order(StringComparer.Ordinal))
        {
            tables.AddRange(await catalog.Current.ListTablesAsync(name, cancellationToken));
        }

        return tables;
    }

    /// <summary>A table as a transaction sees it: within a read session's, the version that belongs to its snapshot of Postgres.</summary>
    /// <param name="transaction">Null: the newest version.</param>
    /// <returns>Null when there is no such table.</returns>
    public async Task<ColdTable?> FindAsync(TableIdentifier identifier, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        try
        {
            return new ColdTable(await catalog.Current.LoadTableAsync(identifier, transaction, cancellationToken));
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Plans a scan: manifests and files that cannot hold a wanted row are left out. Reads metadata alone; <see cref="OpenAsync"/> brings the files.
    /// </summary>
    /// <param name="scan">Which snapshot.</param>
    /// <param name="schema">The columns wanted, found by name.</param>
    /// <param name="predicate">The rows wanted, over the names of <paramref name="schema"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">The table is broken, or needs what is not read here (row-level deletes, other file formats), by name.</exception>
    /// <exception cref="ObjectStoreException">Metadata cannot be read.</exception>
    public async Task<ColdScan> PlanAsync(TableScan scan, Schema schema, Expression predicate, CancellationToken cancellationToken)
    {
        var plan = await _planner.PlanAsync(scan with { Filter = OverKnownColumns(predicate, scan.Schema) }, cancellationToken);
        var locations = scan.LocationsIn(stores);
        foreach (var task in plan.Tasks)
        {
            RefuseWhatIsNotRead(task);
        }

        return new ColdScan(scan.Schema, schema, [.. plan.Tasks.Select(task => new DataFileRequest(locations.Resolve(task.File.FilePath), task.File.FileSizeInBytes))])
        {
            SnapshotId = scan.Snapshot?.SnapshotId,
            FilesTotal = plan.FilesTotal,
            BytesRead = plan.BytesSelected,
            Rows = plan.RecordsSelected,
        };
    }

    /// <summary>
    /// Brings the files of scans to local disk, which makes the scans readable. Open all scans of a statement together: what is asked for together
    /// gets its room in the cache together.
    /// </summary>
    /// <returns>Holds the files; dispose of it when the statement's result has been read to its end, or given up.</returns>
    /// <exception cref="IcebergException">A file is broken or of a kind that is not read here.</exception>
    /// <exception cref="ObjectStoreException">A file cannot be read.</exception>
    public async Task<FileLeases> OpenAsync(IReadOnlyList<ColdScan> scans, CancellationToken cancellationToken)
    {
        var leases = await files.AcquireAsync([.. scans.SelectMany(scan => scan.Files)], cancellationToken);
        var taken = 0;
        foreach (var scan in scans)
        {
            scan.Open([.. leases.Paths.Skip(taken).Take(scan.Files.Count)]);
            taken += scan.Files.Count;
        }

        return leases;
    }

    private static void RefuseWhatIsNotRead(ScanTask task)
    {
        if (task.Deletes.Length > 0)
        {
            throw new IcebergException(
                IcebergErrorKind.Unsupported, $"Data file '{task.File.FilePath}' has row-level deletes ({task.Deletes[0].File.FilePath}), which this version does not read.");
        }

        if (task.File.FileFormat != DataFile.Parquet)
        {
            throw new IcebergException(
                IcebergErrorKind.Unsupported, $"Data file '{task.File.FilePath}' is of format '{task.File.FileFormat}'; this version reads Parquet.");
        }
    }

    /// <summary>A column that the hot table has got since the snapshot is null in all of its rows; what is asked of it is left to DuckDB.</summary>
    private static Expression OverKnownColumns(Expression predicate, Schema schema) => predicate switch
    {
        AndExpression and => Expression.And(OverKnownColumns(and.Left, schema), OverKnownColumns(and.Right, schema)),
        _ => NamesOf(predicate).All(name => schema.FindField(name) is not null) ? predicate : Expression.True,
    };

    private static IEnumerable<string> NamesOf(Expression predicate) => predicate switch
    {
        AndExpression and => NamesOf(and.Left).Concat(NamesOf(and.Right)),
        OrExpression or => NamesOf(or.Left).Concat(NamesOf(or.Right)),
        NotExpression not => NamesOf(not.Child),
        UnaryPredicate unary => [unary.Name],
        LiteralPredicate literal => [literal.Name],
        SetPredicate set => [set.Name],
        _ => [],
    };
}
