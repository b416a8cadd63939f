using System.Globalization;
using FederatedQuery.Cold.Files;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.ObjectStore;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Results;

/// <summary>
/// Results of statements as Parquet files of the cold store, one each, in a folder that is no table's: nothing that lists tables or looks for files
/// without a snapshot comes there. Safe for concurrent use.
/// </summary>
public sealed class ResultFiles(ObjectStoreRegistry stores, DataFileSource files, IOptions<ColdOptions> options)
{
    /// <summary>Below the warehouse.</summary>
    public const string Folder = "_materialized";

    private const int RowGroupSize = 20_480;

    private readonly ColdOptions _options = options.Value;

    /// <summary>Where the file of a result lies.</summary>
    public string LocationOf(Guid id) => $"{_options.WarehouseLocation.TrimEnd('/')}/{Folder}/{id:D}.parquet";

    /// <summary>Writes the rows of chunks in their order, and uploads the file.</summary>
    /// <param name="connection">The caller's alone.</param>
    /// <param name="columns">Of the chunks; <see cref="ResultColumns.FindUnstorable"/> says whether they can be stored.</param>
    /// <param name="chunks">Stay the caller's.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="DuckDBException">A value does not survive, or the file could not be written.</exception>
    public async Task<long> WriteAsync(
        DuckDBConnection connection, Guid id, IReadOnlyList<DuckDBColumn> columns, IReadOnlyList<DataChunk> chunks, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.StagingDirectory);
        var path = Path.Combine(Path.GetFullPath(_options.StagingDirectory), $"{id:D}.parquet");
        try
        {
            await Task.Run(() => Write(connection, path, columns, chunks, cancellationToken), CancellationToken.None);
            var target = stores.Resolve(LocationOf(id));
            await target.Store.PutFileAsync(target.Key, path, WriteCondition.IfAbsent, cancellationToken);
            return new FileInfo(path).Length;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Brings the file of a result to where DuckDB reads it.</summary>
    public Task<FileLeases> AcquireAsync(string location, long bytes, CancellationToken cancellationToken) =>
        files.AcquireAsync([new DataFileRequest(stores.Resolve(location), bytes)], cancellationToken);

    /// <summary>The rows of a result in their order, under the names and types that they had.</summary>
    /// <param name="path">As <see cref="AcquireAsync"/> gave it.</param>
    /// <param name="columns">Name and type (as SQL) of each.</param>
    /// <param name="limit">The most rows wanted; null: all.</param>
    public static string SelectSql(string path, IEnumerable<(string Name, string Type)> columns, long? limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT {ResultColumns.Restored(columns)} FROM read_parquet({DuckDBSql.QuoteLiteral(DuckDBSql.EscapeGlob(path))}, hive_partitioning = false) "
        + $"{(limit is { } most ? $"WHERE {ResultColumns.Order} < {most} " : "")}ORDER BY {ResultColumns.Order}");

    /// <summary>Deletes files; one that is gone counts as deleted.</summary>
    public async Task DeleteAsync(IEnumerable<string> locations, CancellationToken cancellationToken)
    {
        foreach (var group in locations.Select(stores.Resolve).GroupBy(location => location.Store))
        {
            await group.Key.DeleteAsync([.. group.Select(location => location.Key)], cancellationToken);
        }
    }

    private static void Write(
        DuckDBConnection connection, string path, IReadOnlyList<DuckDBColumn> columns, IReadOnlyList<DataChunk> chunks, CancellationToken cancellationToken)
    {
        using var rows = new SpooledRows(connection, columns, cancellationToken);
        foreach (var chunk in chunks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Append(chunk);
        }

        rows.WriteParquet(path, [.. Enumerable.Range(0, columns.Count).Select(ResultColumns.NameOf)], ResultColumns.Order, RowGroupSize, cancellationToken);
    }
}
