using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Estimates;

/// <summary>
/// Says how many rows a statement may read of PostgreSQL's tables, without reading any. The planner says which tables and partitions are left to read; the
/// pages of each bound its rows, however old its statistics are.
/// </summary>
public static class HotEstimator
{
    /// <summary>
    /// A page of a heap holds a header of 24 bytes, and for each row a line pointer of 4 and at least a tuple header of 24, with the data aligned to 8. What
    /// takes no room in every row counts nothing: columns that may be null, that were added with a default since (attmissingval), or that are computed when read.
    /// </summary>
    private const string BoundSql =
        """
        SELECT relation.number, CASE WHEN c.relkind IN ('r', 'm') AND am.amname = 'heap' THEN
          (pg_relation_size(c.oid) / size.bytes) * ((size.bytes - 24) / (4 + 24 + 8 * ((coalesce(tuple.bytes, 0) + 7) / 8))) END
        FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS relation(space, name, number)
        CROSS JOIN (SELECT current_setting('block_size')::bigint AS bytes) AS size
        JOIN pg_catalog.pg_namespace n ON n.nspname = relation.space
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = relation.name
        LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
        LEFT JOIN LATERAL (
          SELECT sum(CASE WHEN a.attlen > 0 THEN a.attlen ELSE 1 END)::bigint AS bytes FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasmissing AND a.attgenerated <> 'v' AND a.attlen <> -2
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey))
        ) AS tuple ON true
        """;

    /// <summary>The planner's plan of a statement, which does not run.</summary>
    /// <returns>JSON, for <see cref="BoundAsync"/>.</returns>
    public static async Task<string> ExplainAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN (VERBOSE, FORMAT JSON) {sql}", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The most rows that the scans of these plans can read, each scan counted once however often a join repeats it.</summary>
    /// <param name="connection">Of a role that sees the catalog; in any transaction.</param>
    /// <param name="plans">Of <see cref="ExplainAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// An upper bound for what is stored in heaps, which is everything of PostgreSQL's own. Of foreign tables and other table access methods only the planner's
    /// estimate is known, and counts.
    /// </returns>
    public static async Task<long> BoundAsync(NpgsqlConnection connection, IEnumerable<string> plans, CancellationToken cancellationToken)
    {
        var scans = new List<PlannedScan>();
        foreach (var plan in plans)
        {
            using var json = JsonDocument.Parse(plan);
            foreach (var statement in json.RootElement.EnumerateArray())
            {
                Add(statement.GetProperty("Plan"), scans);
            }
        }

        if (scans.Count == 0)
        {
            return 0;
        }

        await using var command = new NpgsqlCommand(BoundSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. scans.Select(scan => scan.Schema)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. scans.Select(scan => scan.Relation)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        var bounds = new Dictionary<long, long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.IsDBNull(1))
            {
                bounds[reader.GetInt64(0)] = reader.GetInt64(1);
            }
        }

        return scans.Select((scan, i) => bounds.TryGetValue(i + 1, out var bound) ? bound : scan.EstimatedRows).Sum();
    }

    private static void Add(JsonElement node, List<PlannedScan> scans)
    {
        if (node.TryGetProperty("Relation Name", out var relation) && node.TryGetProperty("Schema", out var schema))
        {
            scans.Add(new PlannedScan(schema.GetString()!, relation.GetString()!, (long)node.GetProperty("Plan Rows").GetDouble()));
        }

        if (node.TryGetProperty("Plans", out var children))
        {
            foreach (var child in children.EnumerateArray())
            {
                Add(child, scans);
            }
        }
    }

    private sealed record PlannedScan(string Schema, string Relation, long EstimatedRows);
}
