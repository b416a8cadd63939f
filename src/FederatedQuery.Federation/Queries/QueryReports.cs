namespace FederatedQuery.Federation.Queries;

/// <summary>Says what a planner's scans did, or would do.</summary>
internal static class QueryReports
{
    /// <summary>The tiers that are read. A cold tier whose files were all ruled out is none, unless nothing else was left to say it of.</summary>
    public static DataSource SourceOf(StatementPlanner planner) => (planner.Hot.Count > 0, planner.Cold.Any(read => read.Scan.FilesRead > 0)) switch
    {
        (true, true) => DataSource.Federated,
        (true, false) => DataSource.Postgres,
        (false, true) => DataSource.Iceberg,
        _ => planner.Cold.Count > 0 ? DataSource.Iceberg : DataSource.None,
    };

    public static QueryReport Of(StatementPlanner planner, string sql, long charged) => new(
        planner.Hot.Count == 0
            ? null
            : new HotReport(
                string.Join(";\n", planner.Hot.Select(lease => lease.Scan.Sql)),
                planner.Hot.Sum(lease => lease.Scan.Statistics.Rows),
                planner.Hot.Sum(lease => lease.Scan.Statistics.Bytes),
                planner.Hot.Sum(lease => lease.Scan.Statistics.Elapsed.TotalMilliseconds)),
        planner.Cold.Count == 0
            ? null
            : new ColdReport(
                planner.Cold is [var only] ? only.Scan.SnapshotId : null,
                (int)planner.Cold.Sum(read => read.Scan.FilesTotal),
                planner.Cold.Sum(read => read.Scan.FilesRead),
                planner.Cold.Sum(read => read.Scan.BytesNeeded),
                planner.ColdFiles.BytesFetched,
                planner.ColdFiles.CacheHits,
                planner.Cold.Sum(read => read.Scan.Rows),
                planner.ColdPlanning.TotalMilliseconds),
        sql,
        charged);
}
