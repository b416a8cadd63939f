using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>Asks whether a scan would give a row, and how many, in the snapshot that the scan would read.</summary>
public static class HotProbe
{
    /// <summary>Reads until the first row that meets the scan's condition. Not while a scan of the session runs.</summary>
    /// <param name="scan">Its condition counts, its columns do not.</param>
    /// <param name="byIndex">Has PostgreSQL find rows by indexes where it can, whatever it believes of the table's size.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False only when the scan gives no row.</returns>
    public static async Task<bool> AnyAsync(HotScan scan, bool byIndex, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var where = scan.Where is { } condition ? $" WHERE {condition}" : "";
        await using var batch = new NpgsqlBatch(scan.Session.Connection, scan.Session.Transaction);
        if (byIndex)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL enable_seqscan = off"));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT EXISTS (SELECT FROM {scan.Source.ToSql()}{where})"));
        if (byIndex)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL enable_seqscan = on"));
        }

        return (bool)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>How many rows meet the scan's condition. Not while a scan of the session runs.</summary>
    /// <param name="scan">Exact (<see cref="HotScan.IsExact"/>); its columns do not count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The rows, and the statement.</returns>
    public static async Task<(long Rows, string Sql)> CountAsync(HotScan scan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scan);
        if (!scan.IsExact)
        {
            throw new ArgumentException("The scan may give more rows than are wanted: to be counted, they have to be read.", nameof(scan));
        }

        var sql = $"SELECT count(*) FROM {scan.Source.ToSql()}{(scan.Where is { } condition ? $" WHERE {condition}" : "")}";
        await using var batch = new NpgsqlBatch(scan.Session.Connection, scan.Session.Transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(HotReadSession.AllowWorkers));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(HotReadSession.AllowNoWorkers));
        var rows = (long)(await batch.ExecuteScalarAsync(cancellationToken))!;
        scan.Session.WorkersWereDisallowed();
        return (rows, sql);
    }
}
