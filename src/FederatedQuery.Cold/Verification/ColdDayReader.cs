using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Verification;

/// <summary>
/// Reads days of a cold table in full: counts, checksums, keys that are there more than once, files that cannot be read. Memory is DuckDB's, which spills.
/// Safe for concurrent use.
/// </summary>
public sealed class ColdDayReader(ColdScans scans, DataFileSource files)
{
    private const int AskedAtOnce = 8;

    private static readonly TimeSpan AskTimeout = TimeSpan.FromMinutes(1);

    /// <param name="connection">Of the engine; its time zone is UTC.</param>
    /// <param name="table">At the version that is looked at.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz.</param>
    /// <param name="key">Columns that no two rows have the same of; empty: not looked at.</param>
    /// <param name="hotKeys">A relation of the keys that hot rows of the range have; null: there are none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ObjectStoreException">The store does not answer, or says no.</exception>
    /// <exception cref="IcebergException">The table's metadata cannot be read, or a file is of a kind that is not read here.</exception>
    public async Task<ColdDays> ReadAsync(
        DuckDBConnection connection, ColdTable table, string timeColumn, DayRange range, IReadOnlyList<string> key, string? hotKeys,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(range);
        var type = TimeTypeOf(table, timeColumn);
        var plan = await scans.PlanFilesAsync(table.Scan with { Filter = range.Predicate(timeColumn, type) }, cancellationToken);
        var scan = scans.Of(plan, table.Metadata.CurrentSchema.Fields);
        var found = new ColdDays([], [], [], [], scan.FilesRead, scan.BytesRead);
        if (scan.FilesRead == 0)
        {
            return found;
        }

        // A file that is gone from the store, or damaged there, may still be whole in the cache.
        if (await FindMissingAsync(scan, plan, cancellationToken) is { Count: > 0 } missing)
        {
            return found with { Unreadable = missing };
        }

        try
        {
            using var open = await scans.OpenOnAsync(connection, scan, cancellationToken);
            var rows = $"(SELECT * FROM ({scan.SelectSql}) AS all_rows WHERE {range.Sql(timeColumn, type)}) AS rows";
            var days = await DayChecksums.ReadAsync(connection, rows, table.Metadata.CurrentSchema, timeColumn, cancellationToken);
            return found with
            {
                Days = days,
                Doubled = key.Count == 0 ? [] : await DoubledAsync(connection, rows, timeColumn, key, cancellationToken),
                DoubledHot = key.Count == 0 || hotKeys is null ? [] : await DoubledHotAsync(connection, rows, hotKeys, table, timeColumn, key, cancellationToken),
            };
        }
        catch (Exception error) when (UnreadableReason.Of(error) is not null)
        {
            // One of them: which?
            var broken = await FindBrokenAsync(connection, plan, table, cancellationToken);
            if (broken.Count == 0)
            {
                throw;
            }

            return found with { Unreadable = broken };
        }
    }

    /// <summary>The rows that a snapshot added, by day.</summary>
    /// <param name="table">Its current schema counts.</param>
    /// <param name="snapshot">One of the table's, of the operation <c>append</c>.</param>
    /// <exception cref="ObjectStoreException">NotFound: a file of the snapshot is gone by now.</exception>
    public async Task<IReadOnlyList<DayChecksum>> ReadAddedAsync(
        DuckDBConnection connection, ColdTable table, Snapshot snapshot, string timeColumn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(snapshot);
        var plan = await scans.PlanFilesAsync(table.Scan.AtSnapshot(snapshot.SnapshotId), cancellationToken);
        plan = plan with { Tasks = [.. plan.Tasks.Where(task => task.FileSequenceNumber == snapshot.SequenceNumber)] };
        var scan = scans.Of(plan, table.Metadata.CurrentSchema.Fields);
        if (scan.FilesRead == 0)
        {
            return [];
        }

        using var open = await scans.OpenOnAsync(connection, scan, cancellationToken);
        return await DayChecksums.ReadAsync(connection, $"({scan.SelectSql}) AS rows", table.Metadata.CurrentSchema, timeColumn, cancellationToken);
    }

    private static IcebergType TimeTypeOf(ColdTable table, string timeColumn) => table.Metadata.CurrentSchema.FindField(timeColumn)?.Type
        ?? throw new IcebergException(IcebergErrorKind.NotFound, $"Table '{table.Identifier}' has no column '{timeColumn}', by which its days are told.");

    private static async Task<IReadOnlyList<DoubledKeys>> DoubledAsync(
        DuckDBConnection connection, string rows, string timeColumn, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var (names, day) = (string.Join(", ", key.Select(DuckDBSql.QuoteIdentifier)), DayChecksums.DayOf(DuckDBSql.QuoteIdentifier(timeColumn)));
        return await KeysAsync(
            connection,
            $"SELECT min({day}) AS first_day, concat_ws(', ', {names}) AS text FROM {rows} GROUP BY {names} HAVING count(*) > 1",
            cancellationToken);
    }

    private static async Task<IReadOnlyList<DoubledKeys>> DoubledHotAsync(
        DuckDBConnection connection, string rows, string hotKeys, ColdTable table, string timeColumn, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var day = DayChecksums.DayOf("rows." + DuckDBSql.QuoteIdentifier(timeColumn));
        var equal = string.Join(" AND ", key.Select(name =>
            $"rows.{DuckDBSql.QuoteIdentifier(name)} = hot.{DuckDBSql.QuoteIdentifier(name)}::{DuckDbTypes.Of(table.Metadata.CurrentSchema.Fields.Single(field => field.Name == name).Type)}"));
        var text = string.Join(", ", key.Select(name => "rows." + DuckDBSql.QuoteIdentifier(name)));
        return await KeysAsync(
            connection, $"SELECT {day} AS first_day, concat_ws(', ', {text}) AS text FROM {rows} SEMI JOIN {hotKeys} AS hot ON ({equal})", cancellationToken);
    }

    private static async Task<IReadOnlyList<DoubledKeys>> KeysAsync(DuckDBConnection connection, string keys, CancellationToken cancellationToken)
    {
        using var result = await connection.QueryAsync($"SELECT first_day, count(*), min(text) FROM ({keys}) GROUP BY first_day ORDER BY first_day", null, cancellationToken);
        var days = new List<DoubledKeys>();
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                days.Add(new DoubledKeys(
                    EpochTime.DayOf(chunk[0].Values<int>()[row]), chunk[1].Values<long>()[row], chunk[2].String(row)));
            }
        }

        return days;
    }

    /// <summary>Asks the store for each file; copies of others than it has are dropped, so that what follows reads those it has.</summary>
    private async Task<IReadOnlyList<UnreadableFile>> FindMissingAsync(ColdScan scan, ScanPlan plan, CancellationToken cancellationToken)
    {
        var names = plan.Tasks.Select(task => task.File.FilePath).Concat(scan.DeleteFiles.Select(file => file.FilePath)).ToList();
        var missing = new UnreadableFile?[scan.Files.Count];
        var etags = new string?[scan.Files.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, missing.Length),
            new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var location = scan.Files[i].Location;
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
                patience.CancelAfter(AskTimeout);
                try
                {
                    etags[i] = (await location.Store.HeadAsync(location.Key, patience.Token)).ETag;
                }
                catch (ObjectStoreException error) when (error.Kind == ObjectStoreErrorKind.NotFound)
                {
                    missing[i] = new UnreadableFile(names[i], "it is not in its store");
                }
            });
        files.ForgetOthers(scan.Files.Zip(etags).Where(file => file.Second is not null).Select(file => (file.First.Location, file.Second!)));
        return [.. missing.OfType<UnreadableFile>()];
    }

    /// <summary>Reads each file on its own, deletes included.</summary>
    private async Task<IReadOnlyList<UnreadableFile>> FindBrokenAsync(
        DuckDBConnection connection, ScanPlan plan, ColdTable table, CancellationToken cancellationToken)
    {
        var broken = new List<UnreadableFile>();
        foreach (var task in plan.Tasks)
        {
            try
            {
                var scan = scans.Of(plan with { Tasks = [task] }, table.Metadata.CurrentSchema.Fields);
                using var open = await scans.OpenOnAsync(connection, scan, cancellationToken);
                await DayChecksums.TotalAsync(connection, $"({scan.SelectSql}) AS rows", table.Metadata.CurrentSchema, cancellationToken);
            }
            catch (Exception error) when (UnreadableReason.Of(error) is { } reason)
            {
                broken.Add(new UnreadableFile(task.File.FilePath, reason));
            }
        }

        return broken;
    }
}
