using System.Text;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Writing;

/// <summary>Writes position delete files (spec: Position Delete Files): sorted by file and position, in the partition of the rows they delete.</summary>
internal sealed class PositionDeleteWriter(ObjectStoreRegistry stores, IOptions<ColdOptions> options, TimeProvider time)
{
    private static readonly Schema Columns = new(0, MetadataColumns.DeleteFilePath, MetadataColumns.DeletePosition);

    private static readonly SortOrder ByPlace = new(
        1,
        new SortField(MetadataColumns.DeleteFilePath.Id, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast),
        new SortField(MetadataColumns.DeletePosition.Id, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));

    private readonly string _staging = Path.GetFullPath(options.Value.StagingDirectory);

    /// <param name="connection">Where the rows are read; may write to the staging folder.</param>
    /// <param name="rows">A SELECT of <c>file_path</c> and <c>pos</c>, each pair once; sorted here, spilling to disk when there are many.</param>
    /// <param name="table">The table.</param>
    /// <param name="locations">Where its files are, with the credentials that its catalog gave out; null: by the stores that are known.</param>
    /// <param name="sibling">A data file of the same partition spec and partition as all that the rows name.</param>
    /// <param name="cancellationToken">Gives up; nothing stays behind.</param>
    /// <returns>The file in its place; null when there are no rows.</returns>
    public async Task<DataFile?> WriteAsync(
        DuckDBConnection connection, string rows, TableMetadata table, TableLocations? locations, DataFile sibling, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_staging);
        var name = $"{Guid.CreateVersion7(time.GetUtcNow()):D}-deletes.parquet";
        var path = Path.Combine(_staging, name);
        try
        {
            var written = await ParquetWriter.WriteAsync(connection, rows, Columns, ByPlace, path, cancellationToken);
            if (written.RecordCount == 0)
            {
                return null;
            }

            var (first, last) = await PathsAsync(connection, path, cancellationToken);
            var location = DataFileFactory.LocationOf(table, table.FindPartitionSpec(sibling.SpecId)!, sibling.Partition, name);
            var target = locations?.Resolve(location) ?? stores.Resolve(location);
            await target.Store.PutFileAsync(target.Key, path, WriteCondition.IfAbsent, cancellationToken);
            return new DataFile
            {
                Content = FileContent.PositionDeletes,
                FilePath = location,
                FileFormat = DataFile.Parquet,
                SpecId = sibling.SpecId,
                Partition = sibling.Partition,
                RecordCount = written.RecordCount,
                FileSizeInBytes = written.SizeBytes,
                // Bounds in full: cut ones would not tell the files of one folder apart.
                LowerBounds = Bound(first),
                UpperBounds = Bound(last),
                ReferencedDataFile = first == last ? first : null,
            };
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<(string First, string Last)> PathsAsync(DuckDBConnection connection, string path, CancellationToken cancellationToken)
    {
        var column = MetadataColumns.DeleteFilePath.Name;
        using var result = await connection.QueryAsync(
            $"SELECT min({column}), max({column}) FROM read_parquet({DuckDBSql.QuoteLiteral(path)})", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for a minimum.");
        return (chunk[0].String(0), chunk[1].String(0));
    }

    private static FieldIdMap<ReadOnlyMemory<byte>> Bound(string location) =>
        FieldIdMap<ReadOnlyMemory<byte>>.Create([new(MetadataColumns.DeleteFilePath.Id, Encoding.UTF8.GetBytes(location))]);
}
