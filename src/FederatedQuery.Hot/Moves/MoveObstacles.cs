using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// Finds what keeps a table's rows in PostgreSQL: what would delete or change rows elsewhere when they leave, or what a move would not see. Asked when a
/// table is made tiered, and again in each transaction that removes rows, since constraints and rules may be added at any time.
/// </summary>
public static class MoveObstacles
{
    /// <summary>The table with its partitions and children, and all that it is a part of: a key that points at any of these may point at its rows.</summary>
    private const string Tree =
        """
        WITH RECURSIVE below AS (
          SELECT $1::regclass::oid AS oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below ON i.inhparent = below.oid),
        above AS (
          SELECT $1::regclass::oid AS oid UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN above ON i.inhrelid = above.oid)
        """;

    private const string Sql =
        $"""
        {Tree}
        SELECT 1, string_agg(format('%s of %s', k.conname, k.conrelid::regclass), ' and ' ORDER BY k.conname) FROM pg_catalog.pg_constraint k
          WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.confrelid IN (SELECT oid FROM below) OR k.confrelid IN (SELECT oid FROM above))
        UNION ALL SELECT 2, string_agg(format('%s of %s', r.rulename, r.ev_class::regclass), ' and ' ORDER BY r.rulename) FROM pg_catalog.pg_rewrite r
          WHERE r.ev_type = '4' AND r.ev_enabled <> 'D' AND r.ev_class IN (SELECT oid FROM below)
        UNION ALL SELECT 3, string_agg(c.oid::regclass::text, ' and ' ORDER BY c.relname) FROM pg_catalog.pg_class c
          WHERE c.relkind = 'f' AND c.oid IN (SELECT oid FROM below)
        UNION ALL SELECT 4, string_agg(DISTINCT format('%I of %s', a.attname, a.attrelid::regclass), ' and ') FROM pg_catalog.pg_attribute a
          WHERE a.attrelid IN (SELECT oid FROM below) AND a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_attribute own WHERE own.attrelid = $1::regclass AND own.attname = a.attname AND own.attnum > 0 AND NOT own.attisdropped)
        UNION ALL SELECT 5, string_agg(c.oid::regclass::text, ' and ' ORDER BY c.relname) FROM pg_catalog.pg_class c
          WHERE c.oid IN (SELECT oid FROM below) AND c.relforcerowsecurity AND row_security_active(c.oid)
        UNION ALL SELECT 6, string_agg(i.inhparent::regclass::text, ' and ') FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
          WHERE i.inhrelid = $1::regclass
        """;

    /// <param name="connection">In any transaction; what it has not seen committed does not count.</param>
    /// <param name="table">The tiered table, not one of its partitions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is in the way and what would be right, each a clause and a sentence that follow <c>Table 'x' cannot move: </c>. Empty: nothing.</returns>
    public static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.ToSql() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var obstacles = new SortedDictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!await reader.IsDBNullAsync(1, cancellationToken))
            {
                var kind = reader.GetInt32(0);
                obstacles[kind] = Describe(kind, reader.GetString(1));
            }
        }

        return [.. obstacles.Values];
    }

    /// <exception cref="HotException">Immovable: what is in the way, and what would be right.</exception>
    internal static async Task RequireNoneAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        if (await ListAsync(connection, table, cancellationToken) is [var first, ..])
        {
            throw new HotException(HotErrorKind.Immovable, $"Table '{table}' cannot move: {first}");
        }
    }

    private static string Describe(int kind, string what) => kind switch
    {
        1 => $"the foreign key {what} points at its rows, which would leave PostgreSQL. Drop the constraint, or keep the table hot.",
        2 => $"the rule {what} changes what DELETE does. Drop it (a trigger does no harm: moves do not fire it), or keep the table hot.",
        3 => $"its rows in the foreign table {what} cannot be moved in a transaction of this server. Detach it, or keep the table hot.",
        4 => $"the column {what} is in a child table alone, and would be lost. Add it to the table itself, or end the inheritance.",
        5 => $"row level security of {what} is forced on the gateway's user, which does not see all rows. ALTER TABLE ... NO FORCE ROW LEVEL SECURITY, or give the user BYPASSRLS.",
        _ => $"it is a part of {what}, and its rows would be missing there. Tier that table.",
    };
}
