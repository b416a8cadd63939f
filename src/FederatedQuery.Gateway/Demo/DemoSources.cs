using FederatedQuery.DuckDb;

namespace FederatedQuery.Gateway.Demo;

/// <summary>
/// The demo's rows as DuckDB SELECT statements. Users and sales come from integer arithmetic alone, so they are the same on every machine;
/// all times are counted back from the given midnight, so that the newest rows are of yesterday or today.
/// </summary>
internal static class DemoSources
{
    public const int Users = 10_000;
    public const int AllSales = 500_000;
    public const int AllArchivedSales = 100_000;

    /// <summary>The span of the sales: two years of 126-second steps.</summary>
    private const int SaleStepSeconds = 126;

    /// <summary>
    /// 3,000,000 flights of early 2001 (U.S. Bureau of Transportation Statistics), moved by whole days so that the newest is today's.
    /// </summary>
    /// <param name="percent">How many of each hundred rows, 1 to 100.</param>
    public static string Flights(string parquetFile, DateTimeOffset midnight, int percent) =>
        $"""
        SELECT date + (({Timestamp(midnight)})::DATE - max_day) * INTERVAL 1 DAY AS date, delay, distance, origin, destination
        FROM read_parquet({DuckDBSql.QuoteLiteral(parquetFile)}, file_row_number = true),
             (SELECT max(date)::DATE AS max_day FROM read_parquet({DuckDBSql.QuoteLiteral(parquetFile)}))
        {(percent == 100 ? "" : $"WHERE file_row_number % 100 < {percent}")}
        """;

    public static string UserRows(DateTimeOffset midnight) =>
        $"""
        WITH names AS (
            SELECT ['Ada', 'Alan', 'Barbara', 'Charles', 'Donald', 'Edgar', 'Edsger', 'Frances', 'Grace', 'Jim', 'Joan', 'John', 'Ken', 'Leslie',
                    'Margaret', 'Michael', 'Niklaus', 'Patricia', 'Radia', 'Tony'] AS first,
                   ['Allen', 'Backus', 'Bachman', 'Codd', 'Dijkstra', 'Gray', 'Hamilton', 'Hoare', 'Hopper', 'Kay', 'Knuth', 'Lamport', 'Liskov',
                    'Lovelace', 'McCarthy', 'Perlman', 'Selinger', 'Stonebraker', 'Thompson', 'Turing', 'Wirth'] AS last)
        SELECT (i + 1)::BIGINT AS id,
               first[(i * 7 + i // 20) % 20 + 1] || ' ' || last[(i * 11 + i // 21) % 21 + 1] AS name,
               lower(first[(i * 7 + i // 20) % 20 + 1]) || '.' || (i + 1) || '@example.com' AS email,
               {Timestamp(midnight)} - ((i * 6307) % 63072000 + 1) * INTERVAL 1 SECOND AS created_at
        FROM range({Users}) AS numbers(i), names
        """;

    /// <summary>Two years of sales; with less than all of them, the time between two is longer.</summary>
    public static string SaleRows(DateTimeOffset midnight, int percent) => SaleRows(midnight, AllSales, percent);

    /// <summary>The sales before those of <see cref="SaleRows(DateTimeOffset, int)"/>: a table that lives in the cold tier only.</summary>
    public static string ArchivedSaleRows(DateTimeOffset midnight, int percent) =>
        SaleRows(midnight.AddSeconds(-(double)AllSales * SaleStepSeconds), AllArchivedSales, percent);

    /// <summary>A web server's access log as log records, moved by whole days so that the newest is yesterday's.</summary>
    public static string AccessLog(string file, DateTimeOffset midnight) =>
        $"""
        WITH lines AS (
            SELECT regexp_extract(line, '^(\S+) \S+ (\S+) \[([^\]]+)\] "([^"]*)" (\d+) (\S+)(?: "([^"]*)" "([^"]*)")?',
                                  ['host', 'user', 'at', 'request', 'status', 'bytes', 'referer', 'agent']) AS f
            FROM read_csv({DuckDBSql.QuoteLiteral(file)}, columns = {OneColumn}, delim = chr(1), quote = '', escape = '', header = false, auto_detect = false)),
        records AS (
            SELECT strptime(f['at'], '%d/%b/%Y:%H:%M:%S %z') AS moment, f FROM lines WHERE f['status'] <> '')
        SELECT uuidv7() AS id,
               moment + (({Timestamp(midnight)})::DATE - 1 - max(moment::DATE) OVER ()) * INTERVAL 1 DAY AS timestamp,
               CASE WHEN f['status'] >= '500' THEN 'ERROR' WHEN f['status'] >= '400' THEN 'WARN' ELSE 'INFO' END AS level,
               f['request'] || ' ' || f['status'] AS message,
               f['host'] AS resource_id,
               md5(f['host'] || f['at']) AS trace_id,
               md5(f['request'] || f['at'])[1:16] AS span_id,
               NULL::VARCHAR AS "commit",
               'web' AS parent_resource_id,
               nullif(f['user'], '-') AS user_id,
               'access' AS workflow_name,
               NULL::VARCHAR AS workflow_node,
               json_object('status', f['status']::INTEGER, 'bytes', try_cast(f['bytes'] AS BIGINT), 'referer', f['referer'], 'agent', f['agent']) AS metadata
        FROM records
        """;

    /// <summary>Log records made up of integer arithmetic, for a machine without a log file: 10,000 over the last four days.</summary>
    public static string GeneratedLog(DateTimeOffset midnight) =>
        $"""
        SELECT uuidv7() AS id,
               {Timestamp(midnight)} - (i * 34 + 1) * INTERVAL 1 SECOND AS timestamp,
               ['INFO', 'INFO', 'INFO', 'DEBUG', 'WARN', 'INFO', 'INFO', 'ERROR'][(i * 5 + i // 8) % 8 + 1] AS level,
               ['request served', 'cache refreshed', 'job finished', 'connection reset', 'disk nearly full', 'user signed in'][(i * 7 + i // 6) % 6 + 1]
                   || ' in ' || (i * 37) % 900 || ' ms' AS message,
               'host-' || (i * 13) % 40 AS resource_id,
               md5('trace' || i // 5) AS trace_id,
               md5('span' || i)[1:16] AS span_id,
               NULL::VARCHAR AS "commit",
               'cluster-' || i % 4 AS parent_resource_id,
               'user-' || (i * 17) % 500 AS user_id,
               ['checkout', 'import', 'report'][i % 3 + 1] AS workflow_name,
               ['start', 'work', 'finish'][(i // 3) % 3 + 1] AS workflow_node,
               json_object('attempt', i % 5, 'milliseconds', (i * 37) % 900) AS metadata
        FROM range(10000) AS numbers(i)
        """;

    private const string OneColumn = "{'line': 'VARCHAR'}";

    private static string SaleRows(DateTimeOffset newest, int all, int percent) =>
        $"""
        SELECT (i + 1)::BIGINT AS id,
               {Timestamp(newest)} - ({all * percent / 100} - i) * {SaleStepSeconds * 100 / percent} * INTERVAL 1 SECOND AS date,
               ['north', 'south', 'east', 'west', 'central'][(i * 31 + i // 7) % 5 + 1] AS region,
               (((i * 7919) % 99991) / 100 + 1)::DECIMAL(12, 2) AS amount,
               ((i * 104729) % {Users} + 1)::BIGINT AS customer_id
        FROM range({all * percent / 100}) AS numbers(i)
        """;

    private static string Timestamp(DateTimeOffset instant) =>
        $"TIMESTAMPTZ '{instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)}+00'";
}
