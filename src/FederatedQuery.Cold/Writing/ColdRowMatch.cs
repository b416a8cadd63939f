using System.Globalization;
using System.Runtime.CompilerServices;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;

namespace FederatedQuery.Cold.Writing;

/// <summary>Rows of one state of a cold table, each with the place that it has there. Not thread-safe.</summary>
public sealed class ColdRowMatch : IDisposable
{
    internal const string Table = "changed_cold_rows";

    private readonly DuckDBConnectionLease _lease;
    private readonly ColdTable _cold;
    private readonly ScanPlan _plan;
    private readonly IReadOnlyList<NestedField> _columns;
    private readonly PositionDeleteWriter _writer;
    private readonly ColdAppender _appender;
    private readonly TableCommitter _committer;

    /// <param name="columns">Of <see cref="Table"/>.</param>
    internal ColdRowMatch(
        DuckDBConnectionLease lease, ColdTable cold, ScanPlan plan, IReadOnlyList<NestedField> columns, PositionDeleteWriter writer, ColdAppender appender,
        TableCommitter committer) =>
        (_lease, _cold, _plan, _columns, _writer, _appender, _committer) = (lease, cold, plan, columns, writer, appender, committer);

    public long Rows { get; private set; }

    /// <summary>The rows by day, as the ledger has them.</summary>
    public Task<IReadOnlyList<DayChecksum>> DaysAsync(string timeColumn, CancellationToken cancellationToken) =>
        DayChecksums.ReadAsync(_lease.Connection, Table, _plan.Scan.Schema, timeColumn, cancellationToken);

    /// <summary>The rows themselves. Chunks are the receiver's.</summary>
    /// <param name="columns">Found by name; null where the table has none of the name.</param>
    /// <param name="jsonFieldIds">Those of <paramref name="columns"/> that are given as JSON.</param>
    public async IAsyncEnumerable<DataChunk> ReadAsync(
        IReadOnlyList<NestedField> columns, IReadOnlySet<int> jsonFieldIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(jsonFieldIds);
        var names = _columns.Zip(DuckDbNames.Of(_columns)).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        var list = columns.Select((field, i) =>
        {
            var type = jsonFieldIds.Contains(field.Id) ? DuckDBLogicalType.Json : DuckDbTypes.Of(field.Type);
            return string.Create(CultureInfo.InvariantCulture, $"{(names.TryGetValue(field.Name, out var name) ? DuckDBSql.QuoteIdentifier(name) : "NULL")}::{type} AS c{i}");
        });
        using var result = await _lease.Connection.QueryAsync($"SELECT {string.Join(", ", list)} FROM {Table}", null, cancellationToken);
        while (await result.ReadChunkAsync(cancellationToken) is { } chunk)
        {
            yield return chunk;
        }
    }

    /// <summary>
    /// Writes the metadata of a snapshot without the rows: by position delete files, on top of the state that they were found in. Publishing it is the caller's: the catalog's
    /// compare-and-set, or else <see cref="DiscardAsync"/>.
    /// </summary>
    /// <param name="properties">Further entries of the snapshot's summary.</param>
    /// <exception cref="Iceberg.IcebergException">Unsupported: the table is not of format version 2, or not this gateway's to write.</exception>
    public async Task<StagedDeletion> StageAsync(IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        var deletes = new List<DataFile>();
        try
        {
            var files = await FilesAsync(cancellationToken);
            var partitions = _plan.Tasks.Select(task => task.File).Where(file => files.Contains(file.FilePath)).GroupBy(file => (file.SpecId, file.Partition));
            foreach (var partition in partitions)
            {
                var paths = string.Join(", ", partition.Select(file => DuckDBSql.QuoteLiteral(file.FilePath)));
                var path = DuckDBSql.QuoteIdentifier(MetadataColumns.FilePath.Name);
                var rows = $"SELECT {path} AS {MetadataColumns.DeleteFilePath.Name}, {DuckDBSql.QuoteIdentifier(MetadataColumns.RowPosition.Name)} AS {MetadataColumns.DeletePosition.Name} "
                    + $"FROM {Table} WHERE {path} IN ({paths})";
                if (await _writer.WriteAsync(_lease.Connection, rows, _plan.Scan.Table, _plan.Scan.Locations, partition.First(), cancellationToken) is { } written)
                {
                    deletes.Add(written);
                }
            }

            // Made on exactly this state: if it is another by then, compare-and-set fails.
            var staged = await _committer.StageAsync(_cold.Table, [new RowDelta([.. deletes], []) { Properties = properties }], cancellationToken);
            return new StagedDeletion(staged, FilesOf(deletes));
        }
        catch
        {
            await _appender.DeleteAsync(FilesOf(deletes), CancellationToken.None);
            throw;
        }
    }

    /// <summary>Deletes the files of a snapshot that certainly was not published.</summary>
    public async Task DiscardAsync(StagedDeletion deletion)
    {
        ArgumentNullException.ThrowIfNull(deletion);
        await _appender.DiscardAsync(deletion.Commit, CancellationToken.None);
        await _appender.DeleteAsync(deletion.Files, CancellationToken.None);
    }

    /// <summary>Forgets the rows.</summary>
    public void Dispose()
    {
        // With its connection the temporary table ends.
        _lease.Discard();
        _lease.Dispose();
    }

    internal async Task CountAsync(CancellationToken cancellationToken)
    {
        using var result = await _lease.Connection.QueryAsync($"SELECT count(*) FROM {Table}", null, cancellationToken);
        using var chunk = await result.ReadChunkAsync(cancellationToken) ?? throw new InvalidOperationException("DuckDB gave no row for a count.");
        Rows = chunk[0].Values<long>()[0];
    }

    private ColdFiles FilesOf(IEnumerable<DataFile> deletes) => new([.. deletes], RowChecksum.Zero) { Locations = _plan.Scan.Locations };

    private async Task<HashSet<string>> FilesAsync(CancellationToken cancellationToken)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        using var result = await _lease.Connection.QueryAsync(
            $"SELECT DISTINCT {DuckDBSql.QuoteIdentifier(MetadataColumns.FilePath.Name)} FROM {Table}", null, cancellationToken);
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                files.Add(chunk[0].String(row));
            }
        }

        return files;
    }
}

/// <summary>A snapshot without some rows, its files in their place, not yet published.</summary>
/// <param name="Files">The delete files.</param>
public sealed record StagedDeletion(StagedCommit Commit, ColdFiles Files);
