using System.Runtime.CompilerServices;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// Appends rows to cold tables: rows to Parquet in the staging folder, from there into the table's data folder, from there into a staged
/// snapshot, which the caller commits. A crash in between leaves files that no snapshot names. Safe for concurrent use.
/// </summary>
public sealed class ColdAppender
{
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly ObjectStoreRegistry _stores;
    private readonly TableCommitter _committer;
    private readonly string _staging;
    private readonly TimeProvider _time;

    public ColdAppender(ObjectStoreRegistry stores, ManifestCache manifests, IOptions<ColdOptions> options, TimeProvider time)
    {
        _stores = stores;
        _committer = new TableCommitter(stores, manifests, new CommitOptions(), time);
        _staging = Path.GetFullPath(options.Value.StagingDirectory);
        _time = time;
    }

    /// <summary>Writes rows that are all of one partition, reading them once.</summary>
    /// <param name="connection">Where the rows are read; may write to the staging folder; its time zone is UTC.</param>
    /// <param name="rows">A SELECT with the table's columns by name.</param>
    /// <param name="table">Whose current schema, default partition spec and sort order count.</param>
    /// <param name="partition">Taken as it is: that the rows belong to it is the caller's word.</param>
    /// <param name="cancellationToken">Gives up; nothing stays behind.</param>
    /// <returns>One file; none when there are no rows.</returns>
    public Task<ColdFiles> WritePartitionAsync(
        DuckDBConnection connection, string rows, CatalogTable table, PartitionData partition, CancellationToken cancellationToken) =>
        WritePartitionAsync(connection, rows, table, partition, timeColumn: null, cancellationToken);

    /// <summary>Writes rows of any partitions, one file for each.</summary>
    /// <param name="relation">What can stand after FROM and be read several times: a table, a view.</param>
    /// <param name="timeColumn">Tells the days of <see cref="ColdFiles.Days"/>; null: they are not wanted.</param>
    /// <param name="written">Told the rows of each file once it is in its place; null: nobody.</param>
    /// <inheritdoc cref="WritePartitionAsync(DuckDBConnection, string, CatalogTable, PartitionData, CancellationToken)"/>
    public Task<ColdFiles> WriteAsync(
        DuckDBConnection connection, string relation, CatalogTable table, string? timeColumn, Action<long>? written, CancellationToken cancellationToken) =>
        // Days and months are ranges, by which a relation in about the order of time is read in part; other values would need all of it each time.
        table.Metadata.DefaultSpec.Fields.All(field => field.Transform is YearTransform or MonthTransform or DayTransform)
            ? WriteAsync(connection, ByConditionAsync(connection, relation, table.Metadata, cancellationToken), table, timeColumn, written, cancellationToken)
            : WriteOnceAsync(connection, $"SELECT * FROM {relation}", table, timeColumn, written, cancellationToken);

    /// <summary>Writes rows of any partitions, one file for each, reading them once: DuckDB keeps (or spills) them in between.</summary>
    /// <param name="rows">A SELECT with the table's columns by name.</param>
    /// <inheritdoc cref="WriteAsync(DuckDBConnection, string, CatalogTable, string?, Action{long}?, CancellationToken)"/>
    public Task<ColdFiles> WriteOnceAsync(
        DuckDBConnection connection, string rows, CatalogTable table, string? timeColumn, Action<long>? written, CancellationToken cancellationToken) => WriteAsync(
            connection, PartitionedRows.KeepAsync(connection, rows, table.Metadata.DefaultSpec, table.Metadata.CurrentSchema, cancellationToken), table, timeColumn, written, cancellationToken);

    /// <summary>Writes the metadata of a snapshot with the files added. Publishing it is the caller's: the catalog's compare-and-set.</summary>
    /// <param name="properties">Further entries of the snapshot's summary.</param>
    public Task<StagedCommit> StageAsync(
        CatalogTable table, ColdFiles files, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken) =>
        _committer.StageAsync(table, [new AppendFiles(files.Files, properties)], cancellationToken);

    /// <summary>Deletes the metadata of a staged snapshot that certainly was not published.</summary>
    public Task DiscardAsync(StagedCommit staged, CancellationToken cancellationToken) => _committer.DiscardAsync(staged, cancellationToken);

    /// <summary>Deletes data files that certainly are in no published snapshot.</summary>
    public async Task DeleteAsync(ColdFiles files, CancellationToken cancellationToken)
    {
        foreach (var group in files.Files.Select(file => files.Locations?.Resolve(file.FilePath) ?? _stores.Resolve(file.FilePath)).GroupBy(location => location.Store))
        {
            await group.Key.DeleteAsync([.. group.Select(location => location.Key)], cancellationToken);
        }
    }

    /// <summary>Deletes what a process that died left in the staging folder; files of today may be somebody's at work.</summary>
    public void DeleteLeftovers()
    {
        foreach (var file in Directory.Exists(_staging) ? new DirectoryInfo(_staging).GetFiles() : [])
        {
            if (_time.GetUtcNow() - file.LastWriteTimeUtc > LeftoverAge)
            {
                file.Delete();
            }
        }
    }

    private async Task<ColdFiles> WriteAsync(
        DuckDBConnection connection, IAsyncEnumerable<(PartitionData Partition, string Rows)> partitions, CatalogTable table, string? timeColumn, Action<long>? written,
        CancellationToken cancellationToken)
    {
        var files = ColdFiles.None;
        try
        {
            await foreach (var (partition, rows) in partitions)
            {
                var more = await WritePartitionAsync(connection, rows, table, partition, timeColumn, cancellationToken);
                files = files.With(more);
                written?.Invoke(more.Rows);
            }

            return files;
        }
        catch
        {
            await DeleteAsync(files, CancellationToken.None);
            throw;
        }
    }

    private async Task<ColdFiles> WritePartitionAsync(
        DuckDBConnection connection, string rows, CatalogTable target, PartitionData partition, string? timeColumn, CancellationToken cancellationToken)
    {
        var table = target.Metadata;
        Directory.CreateDirectory(_staging);
        var id = Guid.CreateVersion7(_time.GetUtcNow()).ToString("D");
        var path = Path.Combine(_staging, id + ".parquet");
        try
        {
            var written = await ParquetWriter.WriteAsync(connection, rows, table.CurrentSchema, table.DefaultSortOrder, path, cancellationToken);
            if (written.RecordCount == 0)
            {
                return ColdFiles.None;
            }

            // From the file, not from where its rows came: so what is recorded of a file is what it holds.
            var relation = $"read_parquet({DuckDBSql.QuoteLiteral(path)})";
            var days = timeColumn is null ? [] : await DayChecksums.ReadAsync(connection, relation, table.CurrentSchema, timeColumn, cancellationToken);
            var checksum = timeColumn is null
                ? await DayChecksums.TotalAsync(connection, relation, table.CurrentSchema, cancellationToken)
                : days.Aggregate(RowChecksum.Zero, (sum, day) => sum + day.Checksum);
            var location = DataFileFactory.LocationOf(table, table.DefaultSpec, partition, id + ".parquet");
            var place = target.Locations?.Resolve(location) ?? _stores.Resolve(location);
            await place.Store.PutFileAsync(place.Key, path, WriteCondition.IfAbsent, cancellationToken);
            return new ColdFiles([DataFileFactory.Create(written, location, table, partition)], checksum) { Days = [.. days], Locations = target.Locations };
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async IAsyncEnumerable<(PartitionData Partition, string Rows)> ByConditionAsync(
        DuckDBConnection connection, string relation, TableMetadata table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (spec, schema) = (table.DefaultSpec, table.CurrentSchema);
        var values = spec.Fields.Select(field => PartitionSql.Value(field, schema)).ToList();
        foreach (var partition in await PartitionTuples.DistinctAsync(connection, relation, spec, table.PartitionType(spec), values, cancellationToken))
        {
            yield return (partition, $"SELECT * FROM {relation} WHERE {PartitionSql.Is(spec, schema, partition)}");
        }
    }
}
