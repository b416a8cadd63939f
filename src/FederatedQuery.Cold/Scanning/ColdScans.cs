using System.Globalization;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning.Deletes;
using FederatedQuery.Cold.Scanning.Extension;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.Cold.Scanning.Schemas;
using FederatedQuery.Cold.Scanning.Variants;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Puffin;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Scanning;

/// <summary>
/// Reads Iceberg tables with DuckDB: plans which files a predicate needs, brings them, and says as SQL how their rows are read. Safe for concurrent use.
/// </summary>
public sealed class ColdScans
{
    private const long FileSchemaCacheBytes = 32L << 20;
    private const long DeletionVectorCacheBytes = 64L << 20;
    private const int Parallelism = 8;

    private readonly ObjectStoreRegistry _stores;
    private readonly DataFileSource _files;
    private readonly ScanPlanner _planner;
    private readonly ColdReader _reader;
    private readonly FileSchemas _schemas = new(FileSchemaCacheBytes);
    private readonly DeletionVectors _vectors = new(DeletionVectorCacheBytes);
    private readonly Leases<IReadOnlyList<(int File, RoaringPositions Positions)>> _positions = new();

    /// <param name="stores">Where tables are that lie where their metadata says.</param>
    /// <param name="files">Brings data and delete files.</param>
    /// <param name="manifests">Reads and keeps manifests.</param>
    /// <param name="reader">Who reads the files.</param>
    public ColdScans(ObjectStoreRegistry stores, DataFileSource files, ManifestCache manifests, ColdReader reader = ColdReader.Native)
    {
        _reader = reader;
        _stores = stores;
        _files = files;
        _planner = new ScanPlanner(manifests);
        TableFunctions = [new DeletedPositionsFunction(_positions)];
        ScalarFunctions = [new VariantJsonFunction()];
    }

    /// <summary>Must be registered in each database that reads these scans.</summary>
    public IReadOnlyList<TableFunction> TableFunctions { get; }

    /// <inheritdoc cref="TableFunctions"/>
    public IReadOnlyList<ScalarFunction> ScalarFunctions { get; }

    /// <summary>Makes a database able to read these scans; once for each, over any of its connections.</summary>
    public void Register(DuckDBConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        foreach (var function in TableFunctions)
        {
            connection.RegisterTableFunction(function);
        }

        foreach (var function in ScalarFunctions)
        {
            connection.RegisterScalarFunction(function);
        }
    }

    /// <summary>
    /// Plans a scan: manifests and files that cannot hold a wanted row are left out. Reads metadata alone; <see cref="OpenAsync"/> brings the files.
    /// </summary>
    /// <param name="scan">Which snapshot.</param>
    /// <param name="columns">The columns wanted, found by name; those of <see cref="MetadataColumns"/> by id.</param>
    /// <param name="predicate">The rows wanted, over the names of <paramref name="columns"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">The table is broken, or needs what is not read here (other file formats, encryption), by name.</exception>
    /// <exception cref="ObjectStoreException">Metadata cannot be read.</exception>
    public async Task<ColdScan> PlanAsync(TableScan scan, IReadOnlyList<NestedField> columns, Expression predicate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var known = KnownColumns.In(predicate, scan.Schema, NameMapping.Of(scan.Table), columns);
        var plan = await _planner.PlanAsync(scan with { Filter = known }, cancellationToken);
        var isKnown = known == predicate;
        return _reader == ColdReader.Extension && ExtensionScan.CanRead(scan)
            ? new ColdScan(plan, ColumnsOf(scan.Schema, columns), [], []) { ExtensionMetadataPath = ExtensionScan.MetadataPath(scan), IsPredicateKnown = isKnown, Wanted = columns }
            : Of(plan, columns, isKnown);
    }

    /// <summary>Some of the data files of a scan, as a scan of its own.</summary>
    /// <param name="scan">Not <see cref="ColdScan.IsWhole"/>.</param>
    /// <param name="files">Indexes into <see cref="ColdScan.DataFiles"/>.</param>
    /// <param name="columns">Null: those of the scan.</param>
    public ColdScan Part(ColdScan scan, IEnumerable<int> files, IReadOnlyList<NestedField>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return scan.IsWhole
            ? throw new InvalidOperationException("A scan that is read as a whole has no parts.")
            : Of(scan.Plan with { Tasks = [.. files.Select(file => scan.Plan.Tasks[file])] }, columns ?? scan.Wanted, scan.IsPredicateKnown);
    }

    /// <summary>Which files hold wanted rows, and what is left of the filter for each.</summary>
    /// <inheritdoc cref="ScanPlanner.PlanAsync"/>
    internal Task<ScanPlan> PlanFilesAsync(TableScan scan, CancellationToken cancellationToken) => _planner.PlanAsync(scan, cancellationToken);

    /// <summary>A scan of the files of a plan.</summary>
    /// <exception cref="IcebergException">One is of a kind that is not read here.</exception>
    internal ColdScan Of(ScanPlan plan, IReadOnlyList<NestedField> columns, bool isPredicateKnown = false)
    {
        var locations = plan.Scan.LocationsIn(_stores);
        foreach (var task in plan.Tasks)
        {
            Refused.Check(task);
        }

        var deletes = plan.Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Where(file => !file.IsDeletionVector).Distinct().ToList();
        var wanted = ColumnsOf(plan.Scan.Schema, columns);
        var selections = new FileSelections(plan.Scan, wanted);
        return new ColdScan(
            plan,
            wanted,
            [
                .. plan.Tasks.Select(task => RequestOf(task)),
                .. deletes.Select(Request),
            ],
            deletes)
        {
            IsPredicateKnown = isPredicateKnown,
            Wanted = columns,
        };

        DataFileRequest RequestOf(ScanTask task)
        {
            var selection = selections.Of(task);
            return Request(task.File) with { Columns = selection, NeededBytes = selections.NeededBytes(task, selection) };
        }

        DataFileRequest Request(DataFile file) => new(locations.Resolve(file.FilePath), file.FileSizeInBytes);
    }

    /// <summary>What opening scans together would ask of object stores. Reads nothing: where a file's footer is not at hand, the manifest has to do.</summary>
    public FetchEstimate EstimateFetch(IReadOnlyList<ColdScan> scans)
    {
        ArgumentNullException.ThrowIfNull(scans);
        var files = _files.Estimate([.. scans.SelectMany(scan => scan.Files)]);
        var seen = new HashSet<DataFile>();
        foreach (var scan in scans)
        {
            var locations = scan.Plan.Scan.LocationsIn(_stores);
            foreach (var vector in scan.DeletionVectors.Where(seen.Add))
            {
                var location = locations.Resolve(vector.FilePath);
                if (location.TryGetLocalPath() is null && !_vectors.Has(location, vector))
                {
                    files = new FetchEstimate(files.Bytes + (vector.ContentSizeInBytes ?? 0), files.Requests + 1);
                }
            }
        }

        return files;
    }

    /// <summary>
    /// Brings the files of scans to local disk, which makes the scans readable. Open all scans of a statement together: what is asked for together
    /// gets its room in the cache together.
    /// </summary>
    /// <returns>Holds the files; dispose of it when the statement's result has been read to its end, or given up.</returns>
    /// <exception cref="IcebergException">A file is broken or of a kind that is not read here.</exception>
    /// <exception cref="ObjectStoreException">A file cannot be read.</exception>
    public async Task<OpenScans> OpenAsync(IReadOnlyList<ColdScan> scans, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scans);
        return await TryOpenAsync(scans, isLast: false, cancellationToken) ?? (await TryOpenAsync(scans, isLast: true, cancellationToken))!;
    }

    /// <summary>Opens one scan and sets on a connection what it refers to; scans that are opened so take turns on a connection.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    internal async Task<OpenScans> OpenOnAsync(DuckDBConnection connection, ColdScan scan, CancellationToken cancellationToken)
    {
        var open = await OpenAsync([scan], cancellationToken);
        try
        {
            foreach (var setup in scan.SetupSql)
            {
                await connection.ExecuteAsync(setup, cancellationToken);
            }

            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <returns>Null, unless this is the last attempt, where a cached file turned out damaged: it is dropped by now and comes anew.</returns>
    private async Task<OpenScans?> TryOpenAsync(IReadOnlyList<ColdScan> scans, bool isLast, CancellationToken cancellationToken)
    {
        var leases = await _files.AcquireAsync([.. scans.SelectMany(scan => scan.Files)], cancellationToken);
        var held = new List<IDisposable>();
        try
        {
            var taken = 0;
            foreach (var (number, scan) in scans.Index())
            {
                if (scan is { ExtensionMetadataPath: { } metadata, SnapshotId: { } snapshotId })
                {
                    scan.Open([], ExtensionScan.Select(metadata, snapshotId, scan.Columns));
                }
                else if (scan.FilesRead > 0)
                {
                    await OpenOneAsync(scan, string.Create(CultureInfo.InvariantCulture, $"cold_{number + 1}"), new PathList(leases.Paths, taken), held, cancellationToken);
                }

                taken += scan.Files.Count;
            }

            return new OpenScans(leases, held);
        }
        catch (Exception error)
        {
            using var given = new OpenScans(leases, held);
            if (!isLast && error is IcebergException { Kind: IcebergErrorKind.InvalidFile } && await leases.DropBrokenAsync(cancellationToken))
            {
                return null;
            }

            throw;
        }
    }

    private async Task OpenOneAsync(ColdScan scan, string variable, PathList paths, List<IDisposable> held, CancellationToken cancellationToken)
    {
        var tasks = scan.Plan.Tasks;
        var locations = scan.Plan.Scan.LocationsIn(_stores);
        var files = new ScanFile[tasks.Length];
        await InParallelAsync(tasks.Length, async (i, token) => files[i] = new ScanFile(
            i, tasks[i], await ReadableAsync(scan, tasks[i].File, paths[i], token), await VectorAsync(tasks[i], locations, token)));
        var deletes = new ReadableFile[scan.DeleteFiles.Count];
        await InParallelAsync(deletes.Length, async (i, token) => deletes[i] = await ReadableAsync(scan, scan.DeleteFiles[i], paths[tasks.Length + i], token));

        var variables = new StatementVariables(variable);
        var builder = new ScanSqlBuilder(
            scan.Plan.Scan, variables, scan.DeleteFiles.Zip(deletes).ToDictionary(pair => pair.First, pair => pair.Second), Register, locations.SpellingsOf);
        var select = builder.Select(files, scan.Columns);
        scan.Open(variables.SetStatements, select);

        Task InParallelAsync(int count, Func<int, CancellationToken, Task> body) => Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (i, token) => await body(i, token));

        long Register(IReadOnlyList<(int File, RoaringPositions Positions)> vectors)
        {
            var lease = _positions.Add(vectors);
            held.Add(lease);
            return lease.Id;
        }
    }

    private async Task<ReadableFile> ReadableAsync(ColdScan scan, DataFile file, string path, CancellationToken cancellationToken) => new(
        path,
        file.FilePath,
        await _schemas.GetAsync(path, file.FilePath, cancellationToken),
        file.Metrics,
        scan.Plan.Scan.Table.FindPartitionSpec(file.SpecId)!,
        file.Partition);

    private async Task<RoaringPositions?> VectorAsync(ScanTask task, TableLocations locations, CancellationToken cancellationToken) =>
        task.Deletes.FirstOrDefault(delete => delete.File.IsDeletionVector)?.File is { } vector
            ? await _vectors.GetAsync(locations.Resolve(vector.FilePath), vector, cancellationToken)
            : null;

    private static IReadOnlyList<ScanColumn> ColumnsOf(Schema schema, IReadOnlyList<NestedField> columns) =>
        [.. columns.Zip(DuckDbNames.Of(columns), (column, name) => new ScanColumn(name, DuckDbTypes.Of(column.Type), SourceOf(schema, column)))];

    /// <summary>The cold column of a wanted one, by name: the wanted schema is the hot table's, whose ids are its own.</summary>
    private static NestedField? SourceOf(Schema schema, NestedField column) => MetadataColumns.IsOne(column)
        ? column
        : schema.Fields.FirstOrDefault(source => source.Name == column.Name);

    private readonly record struct PathList(IReadOnlyList<string> Paths, int Start)
    {
        public string this[int index] => Paths[Start + index];
    }
}
