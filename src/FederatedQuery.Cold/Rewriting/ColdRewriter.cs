using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>
/// Writes data files anew: deletes applied, in the table's current schema, under a partition spec and a sort order, at a target size. What becomes of the files
/// is the caller's: a compaction, another partitioning, rows erased. Memory is bounded by DuckDB's limit (it spills; while it works, what it frees goes back
/// to the system), local disk by <see cref="RewriteRequest.MaxChunkBytes"/>. Safe for concurrent use.
/// </summary>
public sealed class ColdRewriter
{
    /// <summary>
    /// How many times the memory DuckDB gets to divide into partitions at once: it keeps some kilobytes outside its limit for each block that it has spilled, and merges more sorted runs the
    /// larger the whole is (measured with four times as much: 17 MB more beyond the limit, and no success with 64 MiB). More chunks, on the other hand, are more files where rows of a
    /// partition come from several.
    /// </summary>
    private const int DividedPerMemory = 2;

    /// <summary>Processes with less than this have heaps that are collected in milliseconds.</summary>
    private const long ShortBytes = 512L << 20;

    private readonly ColdScans _scans;
    private readonly DuckDbEngine _engine;
    private readonly ObjectStoreRegistry _stores;
    private readonly string _staging;
    private readonly long _cacheBytes;
    private readonly TimeProvider _time;

    public ColdRewriter(ColdScans scans, DuckDbEngine engine, ObjectStoreRegistry stores, IOptions<ColdOptions> options, TimeProvider time)
    {
        _scans = scans;
        _engine = engine;
        _stores = stores;
        _staging = Path.GetFullPath(options.Value.StagingDirectory);
        _cacheBytes = options.Value.CacheMaxBytes;
        _time = time;
    }

    /// <summary>Rewrites files. Nothing is committed; when it fails, everything it wrote is deleted again.</summary>
    /// <param name="request">What to rewrite.</param>
    /// <param name="progress">Told after each chunk; null: nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IcebergException">
    /// Unsupported: a file of a kind that is not read, a partition field that is not written with. InvalidFile: a file is broken, or the files have other rows than the
    /// table's metadata says. InvalidExpression: the predicate does not suit the table. InvalidMetadata: nor does the partition spec.
    /// </exception>
    /// <exception cref="ObjectStoreException">A file cannot be read or written.</exception>
    public async Task<ColdRewrite> RewriteAsync(RewriteRequest request, IProgress<RewriteProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.TargetFileBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.MaxChunkBytes);
        request.Spec.CheckWritable(request.Table.Metadata.CurrentSchema);
        var leaveOut = request.LeaveOut?.In(request.Table.Metadata.CurrentSchema);
        var done = new RewriteProgress(0, request.Plan.Tasks.Length, 0, request.Plan.BytesSelected, 0, 0);
        var files = new List<DataFile>();
        var (read, leftOut) = (0L, 0L);
        var maxBytes = Math.Min(request.MaxChunkBytes, _cacheBytes / 2);
        Directory.CreateDirectory(_staging);
        using var frugality = DuckDBMemory.BeFrugal();
        ReturnGarbage();
        try
        {
            foreach (var chunk in RewriteChunk.Of(request.Table.Metadata, request, maxBytes, Math.Min(maxBytes, DividedPerMemory * _engine.CountedBytes)))
            {
                var (rowsRead, rowsLeftOut) = await RewriteAsync(request, chunk, leaveOut, files, cancellationToken);
                read += rowsRead;
                leftOut += rowsLeftOut;
                done = done with
                {
                    FilesRead = done.FilesRead + chunk.Tasks.Length,
                    BytesRead = done.BytesRead + chunk.Bytes,
                    RowsWritten = read - leftOut,
                    FilesWritten = files.Count,
                };
                progress?.Report(done);
            }
        }
        catch
        {
            await DeleteAsync(request.Table, files, CancellationToken.None);
            throw;
        }

        return new ColdRewrite([.. files], read, leftOut, done.BytesRead);
    }

    /// <summary>Deletes files of a rewrite that certainly was not committed.</summary>
    public async Task DeleteAsync(CatalogTable table, IEnumerable<DataFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        foreach (var group in files.Select(file => Resolve(table, file.FilePath)).GroupBy(location => location.Store))
        {
            await group.Key.DeleteAsync([.. group.Select(location => location.Key)], cancellationToken);
        }
    }

    private async Task<(long Read, long LeftOut)> RewriteAsync(
        RewriteRequest request, RewriteChunk chunk, RowCondition? leaveOut, List<DataFile> files, CancellationToken cancellationToken)
    {
        using var lease = await _engine.Pool.RentAsync(cancellationToken);
        var plan = request.Plan with { Tasks = chunk.Tasks };
        var (read, leftOut) = await CountAsync(lease.Connection, plan, leaveOut, cancellationToken);
        var before = files.Count;
        if (read > leftOut)
        {
            await WriteAsync(lease, request, plan, chunk.Partition, leaveOut, files, cancellationToken);
        }

        var written = files.Skip(before).Sum(file => file.RecordCount);
        return written == read - leftOut
            ? (read, leftOut)
            : throw new IcebergException(
                IcebergErrorKind.InvalidFile,
                $"{written} rows of table '{request.Table.Identifier}' were written where {read - leftOut} were expected, by its metadata, of {chunk.Tasks.Length} files such as "
                + $"'{chunk.Tasks[0].File.FilePath}'. Nothing was changed.");
    }

    private async Task WriteAsync(
        DuckDBConnectionLease lease, RewriteRequest request, ScanPlan plan, PartitionData? partition, RowCondition? leaveOut, List<DataFile> files, CancellationToken cancellationToken)
    {
        var schema = plan.Scan.Schema;
        var scan = _scans.Of(plan, schema.Fields);
        using var open = await _scans.OpenOnAsync(lease.Connection, scan, cancellationToken);
        var rows = leaveOut is null
            ? scan.SelectSql
            : $"SELECT * FROM ({scan.SelectSql}) AS {RowCondition.Relation} WHERE {leaveOut.Sql} IS NOT TRUE";
        if (partition is not null)
        {
            await WriteAsync(lease.Connection, request, rows, partition, files, cancellationToken);
            return;
        }

        await foreach (var (target, some) in PartitionedRows.KeepAsync(lease.Connection, rows, request.Spec, request.Table.Metadata.CurrentSchema, cancellationToken))
        {
            await WriteAsync(lease.Connection, request, some, target, files, cancellationToken);
        }
    }

    /// <summary>Rows of one partition.</summary>
    private async Task WriteAsync(
        DuckDBConnection connection, RewriteRequest request, string rows, PartitionData partition, List<DataFile> files, CancellationToken cancellationToken)
    {
        var schema = request.Table.Metadata.CurrentSchema;
        var id = Guid.CreateVersion7(_time.GetUtcNow()).ToString("D");
        var path = Path.Combine(_staging, id + ".parquet");
        try
        {
            var written = await ParquetWriter.WriteAsync(connection, rows, schema, request.SortOrder, path, cancellationToken);
            if (written.RecordCount == 0)
            {
                return;
            }

            await foreach (var part in ParquetSplitter.SplitAsync(written, schema, request.TargetFileBytes, number => Path.Combine(_staging, $"{id}-{number}.parquet"), cancellationToken))
            {
                try
                {
                    var location = DataFileFactory.LocationOf(request.Table.Metadata, request.Spec, partition, Path.GetFileName(part.LocalPath));
                    var target = Resolve(request.Table, location);
                    await target.Store.PutFileAsync(target.Key, part.LocalPath, WriteCondition.IfAbsent, cancellationToken);
                    files.Add(DataFileFactory.Create(part, location, schema, request.Spec, partition, request.SortOrder));
                }
                finally
                {
                    File.Delete(part.LocalPath);
                }
            }
        }
        finally
        {
            File.Delete(path);

            // Compressing leaves megabytes of holes in the C library's heap.
            DuckDBMemory.ReturnFree();
            ReturnGarbage();
        }
    }

    /// <summary>Where memory is short, what .NET's heap has gathered goes back too: a few megabytes, of which the collector alone would wait for more.</summary>
    private void ReturnGarbage()
    {
        if (_engine.CountedBytes < ShortBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>
    /// How many rows there are and how many of them are to be left out: by metadata where that knows, else by reading the columns that it takes. Apart from the
    /// writing, so that what is written can be checked against it.
    /// </summary>
    private async Task<(long Rows, long LeftOut)> CountAsync(DuckDBConnection connection, ScanPlan plan, RowCondition? leaveOut, CancellationToken cancellationToken)
    {
        if (leaveOut is not null)
        {
            return await CountMatchingAsync(connection, plan, leaveOut, cancellationToken);
        }

        var known = plan.Tasks.Where(task => task.Deletes.IsEmpty).Sum(task => task.File.RecordCount);
        var deleted = plan.Tasks.Where(task => !task.Deletes.IsEmpty).ToList();
        return deleted.Count == 0
            ? (known, 0)
            : (known + (await CountMatchingAsync(connection, plan with { Tasks = [.. deleted] }, new RowCondition([MetadataColumns.RowPosition], "false"), cancellationToken)).Rows, 0);
    }

    private async Task<(long Rows, long Matching)> CountMatchingAsync(DuckDBConnection connection, ScanPlan plan, RowCondition condition, CancellationToken cancellationToken)
    {
        var scan = _scans.Of(plan, condition.Columns);
        using var open = await _scans.OpenOnAsync(connection, scan, cancellationToken);
        using var result = await connection.QueryAsync(
            $"SELECT count(*), count(*) FILTER ({condition.Sql}) FROM ({scan.SelectSql}) AS {RowCondition.Relation}", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for a count.");
        return (chunk[0].Values<long>()[0], chunk[1].Values<long>()[0]);
    }

    /// <summary>Where a table's catalog hands out credentials, its files are reached by those.</summary>
    private ObjectLocation Resolve(CatalogTable table, string location) => table.Locations?.Resolve(location) ?? _stores.Resolve(location);
}
