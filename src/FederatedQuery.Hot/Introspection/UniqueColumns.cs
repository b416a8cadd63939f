using Npgsql;

namespace FederatedQuery.Hot.Introspection;

/// <summary>What tells rows of a table apart beside its primary key.</summary>
public static class UniqueColumns
{
    private const string Sql =
        """
        SELECT array_agg(a.attname::text ORDER BY key.position) FROM pg_catalog.pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS key(attnum, position)
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
        WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND NOT i.indisprimary AND i.indpred IS NULL AND i.indexprs IS NULL
          AND key.position <= i.indnkeyatts
        GROUP BY i.indexrelid, c.relname ORDER BY count(*), c.relname COLLATE "C" LIMIT 1
        """;

    /// <summary>The columns of the unique index with the fewest (by name among several): a whole index of plain columns, not the primary key's.</summary>
    /// <returns>In the order of the index; empty when there is none.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(NpgsqlConnection connection, PostgresTable table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = table.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid });
        return await command.ExecuteScalarAsync(cancellationToken) is string[] columns ? columns : [];
    }
}
