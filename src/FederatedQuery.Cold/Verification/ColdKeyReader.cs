using System.Globalization;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Verification;

/// <summary>
/// Finds primary keys that cold rows of several days have, though these share no file. Reads the columns of the key and the time alone, of files whose keys overlap by their bounds.
/// Memory is DuckDB's, which spills; keys are held against one another in passes, each of a share of them by their hash, so that what is spilled has a bound too.
/// Safe for concurrent use.
/// </summary>
public sealed class ColdKeyReader(ColdScans scans)
{
    /// <summary>More pairs of days than anybody looks at.</summary>
    private const int MostPairs = 10_000;

    private const string Kept = "verified_cold_keys";
    private const string Day = "verified_key_day";

    /// <summary>Keys of a pass, about.</summary>
    public long KeysAtOnce { get; init; } = 10_000_000;

    /// <param name="connection">Of the engine; its time zone is UTC.</param>
    /// <param name="table">At the version that is looked at.</param>
    /// <param name="timeColumn">A date, timestamp or timestamptz.</param>
    /// <param name="key">Columns that no two rows have the same of; without the time column, which tells a row's day.</param>
    /// <param name="ranges">All days, in portions whose keys are looked at on their own.</param>
    /// <param name="maxBytes">About as many bytes of files are held on local disk at once.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <exception cref="ObjectStoreException">The store does not answer, or says no.</exception>
    /// <exception cref="IcebergException">The table's metadata cannot be read, or a file is of a kind that is not read here.</exception>
    public async Task<ColdKeys> ReadAsync(
        DuckDBConnection connection, ColdTable table, string timeColumn, IReadOnlyList<string> key, IReadOnlyList<DayRange> ranges, long maxBytes,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(ranges);
        var schema = table.Metadata.CurrentSchema;
        var plan = await scans.PlanFilesAsync(table.Scan, cancellationToken);
        var columns = schema.Fields.Where(field => key.Contains(field.Name) || field.Name == timeColumn).ToList();
        var pairs = new List<KeysOnDays>();
        var (rows, bytes) = (0L, 0L);
        try
        {
            foreach (var group in KeyFileGroups.Of(schema, key[0], timeColumn, plan.Tasks, ranges))
            {
                var count = group.Sum(task => task.File.RecordCount);
                var passes = (int)Math.Min(int.MaxValue, ((count - 1) / KeysAtOnce) + 1);
                for (var pass = 0; pass < passes; pass++)
                {
                    pairs.AddRange(await PassAsync(connection, plan, group, columns, timeColumn, key, maxBytes, (pass, passes), cancellationToken));
                }

                rows += count;
                bytes += group.Sum(task => task.File.FileSizeInBytes);
            }
        }
        catch (Exception error) when (UnreadableReason.Of(error) is { } reason)
        {
            return new ColdKeys([], reason, rows, bytes);
        }

        return new ColdKeys(
            [
                .. pairs.Where(pair => !ranges.Any(range => range.Contains(pair.First) && range.Contains(pair.Last)))
                    .GroupBy(pair => (pair.First, pair.Last))
                    .Select(days => days.First() with { Keys = days.Sum(pair => pair.Keys) })
                    .OrderBy(pair => pair.First).ThenBy(pair => pair.Last),
            ],
            null,
            rows,
            bytes);
    }

    /// <summary>One share of the keys, out of all files.</summary>
    private async Task<IReadOnlyList<KeysOnDays>> PassAsync(
        DuckDBConnection connection, ScanPlan plan, IReadOnlyList<ScanTask> tasks, IReadOnlyList<NestedField> columns, string timeColumn, IReadOnlyList<string> key, long maxBytes,
        (int Number, int Of) pass, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", key.Select(DuckDBSql.QuoteIdentifier));
        var share = pass.Of == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" WHERE hash({names}) % {pass.Of} = {pass.Number}");
        try
        {
            var isFirst = true;
            foreach (var some in Portions(tasks, maxBytes))
            {
                var scan = scans.Of(plan with { Tasks = [.. some.Select(task => task with { Residual = Iceberg.Expressions.BoundExpression.True })] }, columns);
                using var open = await scans.OpenOnAsync(connection, scan, cancellationToken);
                var select = $"SELECT {names}, {DayChecksums.DayOf(DuckDBSql.QuoteIdentifier(timeColumn))} AS {Day} FROM ({scan.SelectSql}) AS rows{share}";
                await connection.ExecuteAsync(isFirst ? $"CREATE OR REPLACE TEMP TABLE {Kept} AS {select}" : $"INSERT INTO {Kept} {select}", cancellationToken);
                isFirst = false;
            }

            return await PairsAsync(connection, names, cancellationToken);
        }
        finally
        {
            await connection.ExecuteAsync($"DROP TABLE IF EXISTS {Kept}", CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyList<KeysOnDays>> PairsAsync(DuckDBConnection connection, string names, CancellationToken cancellationToken)
    {
        using var result = await connection.QueryAsync(
            string.Create(CultureInfo.InvariantCulture, $"""
                SELECT first_day, last_day, count(*), min(text) FROM
                (SELECT min({Day}) AS first_day, max({Day}) AS last_day, concat_ws(', ', {names}) AS text FROM {Kept} GROUP BY {names} HAVING min({Day}) <> max({Day}))
                GROUP BY first_day, last_day ORDER BY first_day, last_day LIMIT {MostPairs}
                """),
            null,
            cancellationToken);
        var pairs = new List<KeysOnDays>();
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                pairs.Add(new KeysOnDays(
                    EpochTime.DayOf(chunk[0].Values<int>()[row]), EpochTime.DayOf(chunk[1].Values<int>()[row]), chunk[2].Values<long>()[row], chunk[3].String(row)));
            }
        }

        return pairs;
    }

    private static IEnumerable<IReadOnlyList<ScanTask>> Portions(IReadOnlyList<ScanTask> tasks, long maxBytes)
    {
        var (portion, bytes) = (new List<ScanTask>(), 0L);
        foreach (var task in tasks)
        {
            if (portion.Count > 0 && bytes + task.File.FileSizeInBytes > maxBytes)
            {
                yield return portion;
                (portion, bytes) = ([], 0L);
            }

            portion.Add(task);
            bytes += task.File.FileSizeInBytes;
        }

        yield return portion;
    }
}
