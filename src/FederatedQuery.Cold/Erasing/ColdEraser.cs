using System.Collections.Immutable;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Erasing;

/// <summary>
/// Finds the data files of a table that hold rows, deleted ones too, for their bytes are there as well; and writes them anew without those rows. Commits nothing. Safe for
/// concurrent use.
/// </summary>
public sealed class ColdEraser(ColdScans scans, ColdRewriter rewriter, DuckDbEngine engine)
{
    private const int FilesPerStatement = 100;

    /// <summary>Which data files of a snapshot hold rows that match.</summary>
    /// <param name="known">Files that were looked into before, by location, with what was found. Gets those that are now.</param>
    /// <exception cref="IcebergException">A file is broken, or of a kind that is not read here.</exception>
    /// <exception cref="ObjectStoreException">A file cannot be read.</exception>
    public async Task<IReadOnlyList<DataFile>> FindAsync(
        ColdTable table, Snapshot snapshot, RowMatch match, Dictionary<string, bool> known, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(known);

        // With the current schema, whatever the snapshot's was: names of columns are those of today.
        var scan = TableScan.Of(table.Metadata with { CurrentSnapshotId = snapshot.SnapshotId }) with { Locations = table.Table.Locations };
        var plan = await scans.PlanFilesAsync(
            scan with { Filter = KnownColumns.In(match.Superset, scan.Schema, NameMapping.Of(scan.Table)) }, cancellationToken);
        foreach (var tasks in plan.Tasks.Where(task => !known.ContainsKey(task.File.FilePath)).Chunk(FilesPerStatement))
        {
            var dirty = await HoldersAsync(plan with { Tasks = [.. tasks.Select(task => task with { Deletes = [] })] }, match, cancellationToken);
            foreach (var task in tasks)
            {
                known[task.File.FilePath] = dirty.Contains(task.File.FilePath);
            }
        }

        return [.. plan.Tasks.Select(task => task.File).Where(file => known[file.FilePath])];
    }

    /// <summary>Writes files anew, their deletes applied, without the rows that match.</summary>
    /// <param name="dirty">Of the table's current snapshot.</param>
    /// <param name="timeColumn">Tells the rows' days; null: they are not wanted.</param>
    public async Task<ErasedRows> RewriteAsync(
        ColdTable table, IReadOnlyCollection<DataFile> dirty, RowMatch match, string? timeColumn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(match);
        var locations = dirty.Select(file => file.FilePath).ToHashSet(StringComparer.Ordinal);
        var plan = await scans.PlanFilesAsync(table.Scan, cancellationToken);
        plan = plan with { Tasks = [.. plan.Tasks.Where(task => locations.Contains(task.File.FilePath))] };
        var days = timeColumn is null ? [] : await DaysAsync(plan, match, timeColumn, cancellationToken);
        var written = await rewriter.RewriteAsync(
            new RewriteRequest
            {
                Table = table.Table,
                Plan = plan,
                Spec = table.Metadata.DefaultSpec,
                SortOrder = table.Metadata.DefaultSortOrder,
                LeaveOut = LeftOutRows.Where(match.Sql),
            },
            progress: null,
            cancellationToken);
        var removed = plan.Tasks.Select(task => task.File).ToImmutableArray();
        return timeColumn is null || written.RowsLeftOut == days.Sum(day => day.Rows)
            ? new ErasedRows(removed, written.Files, written.RowsLeftOut, [.. days.Select(day => day with { Rows = -day.Rows, Checksum = -day.Checksum })])
            : throw new IcebergException(
                IcebergErrorKind.InvalidFile,
                $"Of table '{table.Identifier}' {written.RowsLeftOut} rows were left out where {days.Sum(day => day.Rows)} were counted before. Nothing was changed.");
    }

    /// <summary>Deletes files that certainly were not committed.</summary>
    public Task DiscardAsync(ColdTable table, ErasedRows rows, CancellationToken cancellationToken) => rewriter.DeleteAsync(table.Table, rows.Added, cancellationToken);

    private async Task<HashSet<string>> HoldersAsync(ScanPlan plan, RowMatch match, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        var scan = scans.Of(plan, [.. plan.Scan.Schema.Fields.Where(field => match.Columns.Contains(field.Name)), MetadataColumns.FilePath]);
        using var open = await scans.OpenOnAsync(lease.Connection, scan, cancellationToken);
        using var result = await lease.Connection.QueryAsync(
            $"SELECT DISTINCT {DuckDBSql.QuoteIdentifier(MetadataColumns.FilePath.Name)} FROM ({scan.SelectSql}) AS rows WHERE {match.Sql}", null, cancellationToken);
        var holders = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                holders.Add(chunk[0].String(row));
            }
        }

        return holders;
    }

    private async Task<IReadOnlyList<DayChecksum>> DaysAsync(ScanPlan plan, RowMatch match, string timeColumn, CancellationToken cancellationToken)
    {
        var days = new List<DayChecksum>();
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        foreach (var tasks in plan.Tasks.Chunk(FilesPerStatement))
        {
            var scan = scans.Of(plan with { Tasks = [.. tasks] }, plan.Scan.Schema.Fields);
            using var open = await scans.OpenOnAsync(lease.Connection, scan, cancellationToken);
            days.AddRange(await DayChecksums.ReadAsync(
                lease.Connection, $"(SELECT * FROM ({scan.SelectSql}) AS all_rows WHERE {match.Sql}) AS rows", plan.Scan.Schema, timeColumn, cancellationToken));
        }

        return days;
    }
}
