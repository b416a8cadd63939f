using System.Globalization;
using FederatedQuery.Cold.Staging;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Partitions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs;
using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Benchmarks.Searching;

/// <summary>The tiered table of log records over 300 days, the last 30 of them hot and indexed as closed days are.</summary>
internal sealed record LogsTable(DateOnly Today, int Records)
{
    public const int Days = 300;

    /// <summary>The last of them are hot.</summary>
    public const int ColdDays = Days - 30;

    /// <summary>When a record was made, in microseconds since 1970: they lie evenly.</summary>
    /// <param name="record">From 0, oldest first.</param>
    public long MicrosOf(long record) =>
        (EpochTime.DaysOf(Today.AddDays(1 - Days)) * EpochTime.MicrosPerDay) + (long)((Int128)record * EpochTime.MicrosPerDay * Days / Records);

    /// <summary>Loaded as any user's file is.</summary>
    public static async Task<LogsTable> LoadAsync(BothTiers tiers, int records, CancellationToken cancellationToken)
    {
        var file = tiers.File("logs.parquet");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        using (var database = DuckDBDatabase.Open())
        using (var connection = database.Connect())
        {
            connection.Execute(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""
                    COPY (
                      SELECT uuid() AS id, (TIMESTAMP '{{today.AddDays(1 - Days):yyyy-MM-dd}}' + to_microseconds((i * 86400000000::HUGEINT * {{Days}} // {{records}})::BIGINT))::TIMESTAMPTZ AS timestamp,
                             CASE WHEN h % 100 < 3 THEN 'ERROR' WHEN h % 100 < 10 THEN 'WARN' WHEN h % 100 < 40 THEN 'DEBUG' ELSE 'INFO' END AS level,
                             ['GET', 'POST', 'PUT', 'DELETE'][1 + (h >> 8) % 4] || ' /api/v1/orders/' || (h >> 10) % 1000000 || ' took ' || (h >> 20) % 977 || ' ms for user-' || (h >> 30) % 5000
                               || CASE WHEN h % 5000 = 7 THEN ': connection refused by upstream' ELSE ': connection kept alive, ' || ['cache hit', 'cache miss', 'no cache'][1 + (h >> 40) % 3] END AS message,
                             'host-' || (h >> 12) % 300 AS resource_id, substr(md5(i::VARCHAR), 1, 32) AS trace_id, NULL::VARCHAR AS span_id, NULL::VARCHAR AS commit,
                             NULL::VARCHAR AS parent_resource_id, (h >> 30) % 5000 || '' AS user_id, 'workflow-' || (h >> 16) % 200 AS workflow_name, 'step-' || (h >> 24) % 12 AS workflow_node,
                             '{"status": ' || 200 + (h >> 32) % 300 || '}' AS metadata
                      FROM (SELECT i, (hash(i) >> 1)::BIGINT AS h FROM range({{records}}) AS numbers(i)))
                    TO {{DuckDBSql.QuoteLiteral(file)}} (FORMAT parquet)
                    """),
                cancellationToken);
        }

        await tiers.Get<TableLoader>().LoadAsync(
            new LoadRequest { TableName = LogTable.Name, Source = RowSource.File(file), TimeColumn = LogTable.TimeColumn }, null, cancellationToken);
        foreach (var definition in new[] { "btree (timestamp, id)", "btree (workflow_name, timestamp)", PartitionIndex.OfWords("", "message").Definition })
        {
            await tiers.ExecuteAsync($"CREATE INDEX ON logs USING {definition}", cancellationToken);
        }

        await tiers.ExecuteAsync("VACUUM ANALYZE logs", cancellationToken);
        await tiers.ExecuteAsync("CHECKPOINT", cancellationToken);
        return new LogsTable(today, records);
    }
}
